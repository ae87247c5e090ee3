import { describe, expect, it } from "vitest";
import { createSizeCurve } from "./size-curve.ts";

function learnTwice(curve: ReturnType<typeof createSizeCurve>, rows: number, ms: number): void {
  curve.learn(rows, ms);
  curve.learn(rows, ms);
}

describe("createSizeCurve", () => {
  it("starts with eight rows and lets them double when that went well twice", () => {
    const curve = createSizeCurve();
    expect([curve.mostRows, curve.isOpen]).toEqual([8, true]);
    curve.learn(16, 2);
    expect(curve.mostRows).toBe(8);
    curve.learn(16, 2);
    expect([curve.mostRows, curve.isOpen]).toEqual([16, true]);
  });

  it("goes back to the best size when a larger one got much less done", () => {
    const curve = createSizeCurve();
    learnTwice(curve, 32, 3);
    learnTwice(curve, 64, 20);
    expect([curve.mostRows, curve.isOpen]).toEqual([32, false]);
  });

  it("takes no single slow batch for a bend", () => {
    const curve = createSizeCurve();
    learnTwice(curve, 32, 3);
    curve.learn(64, 2000);
    expect([curve.mostRows, curve.isOpen]).toEqual([32, true]);
  });

  it("opens again when the best size has become as slow as the larger one", () => {
    const curve = createSizeCurve();
    learnTwice(curve, 32, 3);
    learnTwice(curve, 64, 20);
    for (let batch = 0; batch < 40; batch += 1) curve.learn(32, 12);
    expect([curve.mostRows, curve.isOpen]).toEqual([64, true]);
  });
});
