import { describe, expect, it } from "vitest";
import type { PairResult } from "./paired.ts";
import { rowOfPair, type RowFacts } from "./row.ts";

const facts: RowFacts = {
  suite: "http",
  what: "infer / floor",
  workload: "64 B",
  unit: "µs",
  ours: 12,
  theirs: 10,
  figureOf: (ratio) => ratio,
  goal: { most: 1.25 },
  notes: ["server in C++"],
};
const pair: PairResult = {
  firstUs: 10,
  secondUs: 12,
  firstPerSecond: 1,
  secondPerSecond: 1,
  ratio: 1.2,
  interval: [1.18, 1.22],
  control: 1.01,
  slices: 20,
  isFlat: true,
  waited: 0,
};
const verdictOf = (change: Partial<PairResult>, own: Partial<RowFacts> = {}): string =>
  rowOfPair({ ...facts, ...own }, { ...pair, ...change }).verdict;

describe("a pair's row", () => {
  it("passes and fails by its median", () => {
    expect(verdictOf({})).toBe("pass");
    expect(verdictOf({ ratio: 1.3, interval: [1.27, 1.33] })).toBe("fail");
  });

  it("is noisy when it misses its goal and its interval reaches it", () => {
    expect(verdictOf({ ratio: 1.3, interval: [1.24, 1.36] })).toBe("noisy");
  });

  it("is noisy by its control, and by others on its core", () => {
    expect(verdictOf({ control: 1.06 })).toBe("noisy");
    expect(verdictOf({ waited: 0.3 })).toBe("noisy");
  });

  it("is judged by a control that is off, where that could not have changed the verdict", () => {
    expect(verdictOf({ control: 1.06 }, { goal: { most: 2 } })).toBe("pass");
    expect(verdictOf({ control: 0.9 }, { goal: { most: 1 } })).toBe("fail");
    expect(verdictOf({ control: 0.9 }, { goal: { most: 1.32 } })).toBe("noisy");
  });

  it("turns the interval with the ratio", () => {
    const gain: Partial<RowFacts> = { figureOf: (ratio) => 1 / ratio, goal: { least: 0.8 } };
    expect(verdictOf({}, gain)).toBe("pass");
    expect(verdictOf({ ratio: 1.3, interval: [1.24, 1.36] }, gain)).toBe("noisy");
    expect(verdictOf({ ratio: 1.3, interval: [1.27, 1.33] }, gain)).toBe("fail");
  });

  it("tells its interval, its slices and that something still got cheaper", () => {
    const { note } = rowOfPair(facts, { ...pair, isFlat: false });
    expect(note).toBe("95 % in 1.18 to 1.22, 20 slices; not flat after warming up; server in C++");
  });
});
