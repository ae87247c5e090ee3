import { describe, expect, it } from "vitest";
import { linearScale, logScale, placeScale } from "./scale.ts";

describe("a linear scale", () => {
  it("goes from 0 to a round number that no value is above", () => {
    const { ticks, at } = linearScale([3, 42, 17]);
    expect(ticks).toEqual([0, 10, 20, 30, 40, 50]);
    expect(at(0)).toBe(0);
    expect(at(50)).toBe(1);
  });

  it.each([0.003, 0.9, 1, 7, 360_000, 999_999])("has 2 to 8 names up to %d", (most) => {
    const { ticks, at } = linearScale([most]);
    expect(ticks.length).toBeGreaterThanOrEqual(2);
    expect(ticks.length).toBeLessThanOrEqual(8);
    expect(at(most)).toBeLessThanOrEqual(1);
  });
});

describe("a logarithmic scale", () => {
  it("holds all values between whole powers of ten", () => {
    const { ticks, at } = logScale([3, 42_000]);
    expect(ticks).toEqual([1, 10, 100, 1000, 10_000, 100_000]);
    expect(at(1)).toBe(0);
    expect(at(100_000)).toBe(1);
  });

  it("names more than powers where there are few of them", () => {
    expect(logScale([2, 9]).ticks).toEqual([1, 2, 5, 10]);
  });

  it("leaves out values that have no logarithm", () => {
    expect(logScale([0, 20, 30]).ticks[0]).toBe(10);
  });
});

describe("a scale of places", () => {
  it("names each place once, in order, and spreads them by factors", () => {
    const { ticks, at } = placeScale([16, 1, 256, 16]);
    expect(ticks).toEqual([1, 16, 256]);
    expect(ticks.map(at)).toEqual([0, 0.5, 1]);
  });
});
