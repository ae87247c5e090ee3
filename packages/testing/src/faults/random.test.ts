import { expect, it } from "vitest";
import { createRandom } from "./random.ts";

const take = (seed: number, count: number): readonly number[] =>
  Array.from({ length: count }, createRandom(seed));

it("gives the same numbers for the same seed, and others for another", () => {
  expect(take(7, 100)).toEqual(take(7, 100));
  expect(take(7, 100)).not.toEqual(take(8, 100));
});

it("is uniform in [0, 1)", () => {
  const buckets = Array.from({ length: 10 }, () => 0);
  for (const value of take(1, 100_000)) {
    const bucket = Math.floor(value * 10);
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }
  expect(buckets).toHaveLength(10);
  expect(Math.min(...buckets)).toBeGreaterThan(9_500);
  expect(Math.max(...buckets)).toBeLessThan(10_500);
});
