import { describe, expect, it } from "vitest";
import { createOverlap } from "./overlap.ts";

describe("createOverlap", () => {
  it("keeps one batch under way at a model that works on one at a time", () => {
    const overlap = createOverlap(() => 2);
    for (let batch = 0; batch < 20; batch += 1) overlap.learn(1, 3, 3);
    expect(overlap.level).toBe(1);
    expect(overlap.delayBy(1)).toBeCloseTo(1);
  });

  it("goes up level by level where batches do not delay one another", () => {
    const overlap = createOverlap(() => 2);
    for (const others of [1, 2, 3]) {
      for (let batch = 0; batch < 5; batch += 1) overlap.learn(others, 0, 3);
      expect(overlap.level).toBe(others + 1);
    }
    for (let batch = 0; batch < 10; batch += 1) overlap.learn(4, 3, 3);
    expect(overlap.level).toBe(4);
  });

  it("goes down when batches begin to delay one another", () => {
    const overlap = createOverlap(() => 2);
    for (let batch = 0; batch < 20; batch += 1) overlap.learn(1, 0, 3);
    expect(overlap.level).toBe(2);
    for (let batch = 0; batch < 30; batch += 1) overlap.learn(1, 3, 3);
    expect(overlap.level).toBe(1);
  });

  it("sends one more where the way there takes longer than the model", () => {
    const overlap = createOverlap(() => 10);
    for (let batch = 0; batch < 10; batch += 1) overlap.learn(1, 4, 9);
    expect(overlap.level).toBe(2);
  });

  it("learns little from one batch that hangs", () => {
    const overlap = createOverlap(() => 2);
    for (let batch = 0; batch < 16; batch += 1) overlap.learn(1, 0, 3);
    overlap.learn(1, 60_000, 3);
    expect(overlap.level).toBe(2);
  });

  it("asks for a few probes at first and then for one in 256 batches", () => {
    const overlap = createOverlap(() => 2);
    let probes = 0;
    for (let batch = 0; batch < 2600; batch += 1) {
      if (overlap.wantsProbe) {
        probes += 1;
        overlap.left(1);
        overlap.learn(1, 3, 3);
      } else overlap.left(0);
    }
    expect(probes).toBeGreaterThan(10);
    expect(probes).toBeLessThan(20);
  });
});
