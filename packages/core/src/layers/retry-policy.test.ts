import { describe, expect, it } from "vitest";
import { CircuitOpenError, DeadlineError } from "../errors/errors.ts";
import { createVirtualClock, type VirtualClock } from "../transport/virtual-clock.fixture.ts";
import type { Call, Infer } from "../transport/transport.ts";
import { deadlineLayer } from "./deadline.ts";
import { callWith, request, response, serverError, transportError } from "./layers.fixture.ts";
import type { LayerEvent } from "./observe.ts";
import { createRetryBudget } from "./retry-budget.ts";
import { retryLayer } from "./retry.ts";

function createRetry(clock: VirtualClock, { maxRetries = 3, budgeted = false } = {}) {
  const events: LayerEvent[] = [];
  const layer = retryLayer({
    maxRetries,
    initialBackoffMs: 100,
    maxBackoffMs: 30_000,
    clock,
    random: () => 1,
    observe: (event) => events.push(event),
    ...(budgeted ? { budget: createRetryBudget({ ratio: 0.2, clock }) } : {}),
  });
  return { layer, events };
}

/** Runs one call to its end and gives what was observed. */
async function observed(infer: Infer, call: Partial<Call> = {}): Promise<LayerEvent[]> {
  const clock = createVirtualClock();
  const { layer, events } = createRetry(clock);
  const ended = layer(infer)(request, callWith(call)).catch(() => undefined);
  await clock.advance(60_000);
  await ended;
  return events;
}

const failingWith =
  (error: Error): Infer =>
  async () => {
    throw error;
  };

describe("retryLayer tells", () => {
  it("why it repeats, when, and why it stops", async () => {
    const events = await observed(failingWith(transportError("unknown")));
    expect(events).toEqual([
      { type: "retry", reason: "failure", waitMs: 100, attempt: 2, paid: 0 },
      { type: "retry", reason: "failure", waitMs: 200, attempt: 3, paid: 0 },
      { type: "retry", reason: "failure", waitMs: 400, attempt: 4, paid: 0 },
      { type: "retry-stopped", reason: "retries-spent", attempts: 4 },
    ]);
  });

  it.each([
    ["final", serverError("rejected"), {}],
    ["circuit-open", new CircuitOpenError("open", { retryAfterMs: 10 }), {}],
    ["retry-after", serverError("overloaded", 20_000), { deadline: 20_000 }],
    ["deadline", transportError("unknown"), { deadline: 149 }],
  ] as const)("that it stops at once: %s", async (reason, error, call) => {
    const events = await observed(failingWith(error), call);
    expect(events).toEqual([{ type: "retry-stopped", reason, attempts: 1 }]);
  });

  it.each([
    ["throttled", serverError("overloaded")],
    ["failure", serverError("unavailable")],
    [
      "timeout",
      new DeadlineError("slow", { bound: "attempt", delivery: "unknown", retryable: true }),
    ],
  ] as const)("the kind of failure behind a retry: %s", async (reason, error) => {
    const [first] = await observed(failingWith(error));
    expect(first).toMatchObject({ type: "retry", reason });
  });

  it("that the time of the call ran out during a wait", async () => {
    const clock = createVirtualClock();
    const { layer, events } = createRetry(clock);
    const outer = deadlineLayer({ timeoutMs: 160, bound: "call", clock });
    // A deadline that the layer was not told of: it waits, and the signal ends the wait.
    const infer: Infer = (sent, { signal }) =>
      layer(failingWith(transportError("unknown")))(sent, callWith({ signal }));
    const ended = expect(outer(infer)(request, callWith())).rejects.toThrow("within 160 ms");
    await clock.advance(160);
    await ended;
    expect(events.at(-1)).toEqual({ type: "deadline-while-waiting", waitingFor: "retry" });
  });
});

describe("retryLayer with a budget", () => {
  it("P15: answers an outage with 50 retries and then one each second, and fails with the error", async () => {
    const clock = createVirtualClock();
    const { layer, events } = createRetry(clock, { budgeted: true });
    const infer = layer(failingWith(transportError("unknown")));
    let failed = 0;
    for (let second = 0; second < 60; second += 1) {
      for (let row = 0; row < 10; row += 1) {
        infer(request, callWith()).catch(() => (failed += 1));
      }
      await clock.advance(1000);
    }
    const retries = events.filter(({ type }) => type === "retry").length;
    expect(retries).toBeGreaterThanOrEqual(50 + 55);
    expect(retries).toBeLessThanOrEqual(50 + 61);
    expect(failed).toBe(600);
    expect(events.at(-1)).toMatchObject({ type: "retry-stopped", reason: "budget" });
  });

  it("repeats as often as needed what succeeds when it is repeated", async () => {
    const clock = createVirtualClock();
    const { layer } = createRetry(clock, { budgeted: true });
    let answered = 0;
    for (let row = 0; row < 500; row += 1) {
      const ended = layer(async (_request, { attempt }) => {
        if (attempt === 1) throw transportError("unknown");
        return response;
      })(request, callWith()).then(() => (answered += 1));
      await clock.advance(100);
      await ended;
    }
    expect(answered).toBe(500);
  });
});

it("does not begin a retry that could not be answered in the time that is left", async () => {
  const clock = createVirtualClock();
  const { layer, events } = createRetry(clock);
  let isUp = true;
  const infer = layer(async () => {
    await new Promise<void>((resolve) => clock.setTimer(resolve, 500));
    if (isUp) return response;
    throw transportError("unknown");
  });
  await Promise.all([infer(request, callWith()), clock.advance(500)]);
  isUp = false;
  const failing = infer(request, callWith({ deadline: 1599 })).catch(() => undefined);
  await clock.advance(500);
  await failing;
  expect(events).toEqual([{ type: "retry-stopped", reason: "deadline", attempts: 1 }]);
});
