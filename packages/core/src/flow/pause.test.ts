import { describe, expect, it } from "vitest";
import { createRetryBudget } from "../layers/retry-budget.ts";
import { transportError } from "../layers/layers.fixture.ts";
import type { Clock } from "../transport/clock.ts";
import { createPatience } from "../transport/patience.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createPause } from "./pause.ts";

function setUp() {
  const clock = createVirtualClock();
  const budget = createRetryBudget({ ratio: 0.2, clock });
  const options = { retryInitialBackoffMs: 100, retryMaxBackoffMs: 30_000 };
  const pause = createPause(options, { budget, clock, random: () => 1 });
  const empty = (): void => {
    while (budget.take("failure") !== undefined);
  };
  return { clock, budget, pause, empty };
}
const { signal } = new AbortController();
const error = transportError("unknown");
const patienceOf = (clock: Clock) =>
  createPatience({ modelName: "m", stallTimeoutMs: 5000, clock });

describe("what comes before records are sent again", () => {
  it("P15: costs what a retry costs, and is given back when it was answered", async () => {
    const { clock, budget, pause } = setUp();
    const waiting = pause.wait({ signal }, 0, error);
    await clock.advance(100);
    const paid = await waiting;
    expect([paid, budget.left]).toEqual([10, 0.98]);
    pause.refund(paid ?? 0);
    expect(budget.left).toBe(1);
  });

  it("is refused to a call that would rather be told when nobody can pay", async () => {
    const { pause, empty } = setUp();
    empty();
    await expect(pause.wait({ signal }, 0, error)).resolves.toBeUndefined();
  });

  it("waits for the budget when the call is patient", async () => {
    const { clock, pause, empty } = setUp();
    empty();
    const waiting = pause.wait({ signal, patience: patienceOf(clock), deadline: 500 }, 0, error);
    await clock.advance(1100);
    // The wait is no part of the deadline.
    await expect(waiting).resolves.toBe(0);
    expect(clock.timers).toBe(0);
  });

  it("P7: does not wait for the budget for ever", async () => {
    const { clock, pause, budget, empty } = setUp();
    empty();
    const patience = createPatience({ modelName: "m", stallTimeoutMs: 500, clock });
    const waiting = pause.wait({ signal, patience }, 0, error);
    const failed = expect(waiting).rejects.toMatchObject({ code: "unavailable", cause: error });
    budget.take("failure");
    await clock.advance(500);
    await failed;
    expect(clock.timers).toBe(0);
  });

  it("P6: is refused when the deadline leaves no room for it", async () => {
    const { pause } = setUp();
    await expect(pause.wait({ signal, deadline: 100 }, 0, error)).resolves.toBeUndefined();
  });

  it("is over as soon as the call is given up", async () => {
    const { clock, pause, empty } = setUp();
    empty();
    const controller = new AbortController();
    const waiting = pause.wait(
      { signal: controller.signal, patience: patienceOf(clock) },
      0,
      error,
    );
    controller.abort("enough");
    await expect(waiting).resolves.toBeUndefined();
    expect(clock.timers).toBe(0);
  });
});
