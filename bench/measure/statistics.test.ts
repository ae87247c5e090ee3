import { describe, expect, it } from "vitest";
import { createRandom, isNarrow, median, medianInterval, shuffled } from "./statistics.ts";

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at + 1);

describe("the median", () => {
  it("is the middle one, and between the two of an even number", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it("is NaN of nothing", () => {
    expect(median([])).toBeNaN();
  });
});

describe("the interval of a median", () => {
  // Tables of the sign test's confidence interval: ranks for n values.
  it.each([
    [6, 1, 6],
    [8, 1, 8],
    [9, 2, 8],
    [20, 6, 15],
    [60, 22, 39],
  ])("of %d values goes from rank %d to rank %d", (count, low, high) => {
    expect(medianInterval(shuffled(upTo(count), createRandom(7)))).toEqual([low, high]);
  });

  it("of few values is their range, which is no 95 %", () => {
    expect(medianInterval([3, 1, 2])).toEqual([1, 3]);
    expect(medianInterval([4])).toEqual([4, 4]);
  });

  it("holds the true median in 95 of 100 draws, at any number of values", () => {
    const random = createRandom(3);
    for (const count of [6, 12, 31]) {
      const draws = Array.from({ length: 4000 }, () =>
        medianInterval(Array.from({ length: count }, () => random() ** 3)),
      );
      const held = draws.filter(([low, high]) => low <= 0.125 && high >= 0.125).length;
      expect(held / draws.length).toBeGreaterThanOrEqual(0.945);
    }
  });
});

describe("a narrow interval", () => {
  it("is within the fraction to both sides", () => {
    const values = [0.97, 0.98, 1, 1, 1.02, 1.03];
    expect(isNarrow(values, 0.031)).toBe(true);
    expect(isNarrow(values, 0.029)).toBe(false);
  });

  it("is nothing that can be said of no values", () => {
    expect(isNarrow([], 1)).toBe(false);
  });
});
