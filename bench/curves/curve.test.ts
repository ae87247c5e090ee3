import { describe, expect, it } from "vitest";
import { demandOf, type Point } from "./curve.ts";

const curve: readonly Point[] = [
  [1, 40],
  [16, 10],
  [256, 12],
];
const quiet = 1.02;

describe("a demand", () => {
  it("is kept by a curve that touches its line", () => {
    const line: readonly Point[] = [
      [16, 10],
      [256, 12],
    ];
    expect(demandOf("", curve, [line], quiet).verdict).toBe("pass");
  });

  it("is broken by one point above the line", () => {
    const line: readonly Point[] = [
      [16, 10],
      [256, 11.9],
    ];
    expect(demandOf("", curve, [line], quiet).verdict).toBe("fail");
  });

  it("says nothing of points outside of its line", () => {
    expect(demandOf("", curve, [[[256, 12]]], quiet).verdict).toBe("pass");
  });

  it("goes straight between two places, by factors", () => {
    const between = (top: number): readonly Point[] => [
      [1, 50],
      [256, top],
    ];
    expect(demandOf("", [[16, 30]], [between(10)], quiet).verdict).toBe("pass");
    expect(demandOf("", [[16, 30.1]], [between(10)], quiet).verdict).toBe("fail");
  });

  it.each([1.3, Number.NaN])("is noisy, kept or not, with a spread of %d", (spread) => {
    expect(demandOf("", curve, [], spread).verdict).toBe("noisy");
    expect(demandOf("", curve, [[[16, 1]]], spread).verdict).toBe("noisy");
  });
});
