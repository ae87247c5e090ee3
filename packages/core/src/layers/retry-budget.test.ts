import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createRetryBudget, type RetryBudget } from "./retry-budget.ts";
import type { RetryReason } from "./observe.ts";

function takeAll(budget: RetryBudget, reason: RetryReason): number {
  for (let taken = 0; ; taken += 1) if (budget.take(reason) === undefined) return taken;
}

describe("createRetryBudget", () => {
  it.each([
    ["throttled", 100],
    ["failure", 50],
    ["timeout", 25],
  ] as const)("pays for a burst of retries and one more at its end: %s", (reason, burst) => {
    const budget = createRetryBudget({ ratio: 0.2, clock: createVirtualClock() });
    expect(takeAll(budget, reason)).toBe(burst + 1);
  });

  it("lets one retry pass each second when it is empty", async () => {
    const clock = createVirtualClock();
    const budget = createRetryBudget({ ratio: 0.2, clock });
    takeAll(budget, "failure");
    await clock.advance(999);
    expect(takeAll(budget, "failure")).toBe(0);
    await clock.advance(1);
    expect(takeAll(budget, "failure")).toBe(1);
    await clock.advance(5000);
    expect(takeAll(budget, "failure")).toBe(1);
  });

  it.each([
    ["throttled", 20],
    ["failure", 10],
    ["timeout", 5],
  ] as const)("earns its share of first tries that succeed: %s", (reason, retries) => {
    const budget = createRetryBudget({ ratio: 0.2, clock: createVirtualClock() });
    takeAll(budget, reason);
    for (let success = 0; success < 100; success += 1) budget.earn();
    expect(takeAll(budget, reason)).toBe(retries);
  });

  it("never holds more than it started with", () => {
    const budget = createRetryBudget({ ratio: 1, clock: createVirtualClock() });
    for (let success = 0; success < 1000; success += 1) budget.earn();
    budget.refund(1000);
    expect(takeAll(budget, "failure")).toBe(51);
  });

  it("costs nothing for retries that succeed", () => {
    const budget = createRetryBudget({ ratio: 0.2, clock: createVirtualClock() });
    for (let retry = 0; retry < 1000; retry += 1) budget.refund(budget.take("failure") ?? 0);
    expect(takeAll(budget, "failure")).toBe(51);
  });
});
