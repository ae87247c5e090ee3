import { describe, expect, it } from "vitest";
import { createBatchCost } from "./batch-cost.ts";

/** Batches of 1 to 20 rows, several times. */
function learnLine(cost: ReturnType<typeof createBatchCost>, fixedMs: number, rowMs: number): void {
  for (let batch = 0; batch < 60; batch += 1) {
    const rows = 1 + ((batch * 7) % 20);
    cost.learn(rows, fixedMs + rowMs * rows);
  }
}

describe("createBatchCost", () => {
  it("finds the line that batches of several sizes lie on", () => {
    const cost = createBatchCost();
    learnLine(cost, 3, 0.5);
    expect(cost.fixedMs).toBeCloseTo(3, 1);
    expect(cost.rowMs).toBeCloseTo(0.5, 2);
    expect(cost.predict(100)).toBeCloseTo(53, 0);
  });

  it("is known after eight batches and settled after sixteen", () => {
    const cost = createBatchCost();
    const seen = Array.from({ length: 16 }, () => {
      cost.learn(1, 1);
      return [cost.known, cost.settled];
    });
    expect(seen.findIndex(([known]) => known)).toBe(7);
    expect(seen.findIndex(([, settled]) => settled)).toBe(15);
  });

  it("keeps the slope while all batches are of one size", () => {
    const cost = createBatchCost();
    learnLine(cost, 3, 0.5);
    for (let batch = 0; batch < 200; batch += 1) cost.learn(40, 23);
    expect(cost.rowMs).toBeCloseTo(0.5, 1);
  });

  it("believes one batch that hung only in part", () => {
    const cost = createBatchCost();
    learnLine(cost, 3, 0.5);
    cost.learn(10, 30_000);
    expect(cost.predict(10)).toBeLessThan(9);
  });

  it("learns anew when several batches are far off", () => {
    const cost = createBatchCost();
    learnLine(cost, 3, 0.5);
    learnLine(cost, 12, 1);
    expect(cost.fixedMs).toBeCloseTo(12, 1);
    expect(cost.rowMs).toBeCloseTo(1, 1);
  });

  it("stays finite for batches that take no time at all", () => {
    const cost = createBatchCost();
    learnLine(cost, 0, 0);
    learnLine(cost, 1, 0);
    expect(cost.predict(10)).toBeCloseTo(1, 0);
  });
});
