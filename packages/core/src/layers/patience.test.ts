import { describe, expect, it } from "vitest";
import { CircuitOpenError } from "../errors/errors.ts";
import { sleep } from "../transport/clock.ts";
import { createPatience } from "../transport/patience.ts";
import { createVirtualClock, type VirtualClock } from "../transport/virtual-clock.fixture.ts";
import type { Infer } from "../transport/transport.ts";
import { callWith, request, response, serverError, transportError } from "./layers.fixture.ts";
import type { LayerEvent } from "./observe.ts";
import { createRetryBudget } from "./retry-budget.ts";
import type { RetryOptions } from "./retry-plan.ts";
import { retryLayer } from "./retry.ts";

function patienceOf(clock: VirtualClock, stallTimeoutMs = 300_000) {
  return createPatience({ modelName: "m", stallTimeoutMs, clock });
}

function createRetry(clock: VirtualClock, changes: Partial<RetryOptions> = {}) {
  const events: LayerEvent[] = [];
  const budget = createRetryBudget({ ratio: 0.2, clock });
  const layer = retryLayer({
    maxRetries: 1000,
    initialBackoffMs: 10,
    maxBackoffMs: 10,
    random: () => 1,
    budget,
    clock,
    observe: (event) => events.push(event),
    ...changes,
  });
  return { layer, budget, events };
}

function emptied(clock: VirtualClock) {
  const parts = createRetry(clock);
  while (parts.budget.take("failure") !== undefined);
  return parts;
}

describe("a patient call", () => {
  it("waits when nobody can pay for its retry, and is answered when the server is back", async () => {
    const clock = createVirtualClock();
    const { layer, events } = emptied(clock);
    let isUp = false;
    const infer = layer(async () => {
      if (isUp) return response;
      throw transportError("unknown");
    });
    const answers = Array.from({ length: 20 }, () =>
      infer(request, callWith({ patience: patienceOf(clock), deadline: 60_000 })),
    );
    await clock.advance(10_000);
    const retries = events.filter(({ type }) => type === "retry").length;
    // One each second is free, as for everybody.
    expect(retries).toBeGreaterThan(8);
    expect(retries).toBeLessThanOrEqual(11);
    isUp = true;
    await clock.advance(1500);
    // What succeeds pays for the next one, so that nobody waits for a second of their own.
    await expect(Promise.all(answers)).resolves.toHaveLength(20);
  });

  it("P7: ends when its waits together have taken the stall timeout, whatever its deadline", async () => {
    const clock = createVirtualClock();
    const { layer } = emptied(clock);
    const error = transportError("unknown");
    const failing = layer(() => Promise.reject(error));
    const patience = patienceOf(clock, 3000);
    const failed = expect(
      failing(request, callWith({ patience, deadline: 10_000 })),
    ).rejects.toMatchObject({ code: "unavailable", retryable: true, delivery: "unknown" });
    await clock.advance(2900);
    expect(patience.waitedMs()).toBeLessThan(3000);
    await clock.advance(1000);
    await failed;
    expect(patience.waitedMs()).toBe(3000);
    expect(clock.timers).toBe(0);
  });

  it("is given back the time in which it waited, and no other", async () => {
    const clock = createVirtualClock();
    const { layer } = createRetry(clock);
    const deadlines: (number | undefined)[] = [];
    const errors = [transportError("not-sent"), serverError("overloaded", 7000)];
    const infer = layer(async (_, { deadline }) => {
      deadlines.push(deadline);
      await sleep(clock, 20, new AbortController().signal);
      const error = errors.shift();
      if (error !== undefined) throw error;
      return response;
    });
    const answered = infer(request, callWith({ patience: patienceOf(clock), deadline: 1000 }));
    await clock.advance(10_000);
    await expect(answered).resolves.toBe(response);
    // An attempt that met nobody, and what the server asked for; the one that it answered counts.
    expect(deadlines).toEqual([1000, 1030, 8030]);
  });

  it("looks each second for a server that is not there, spends no retry on it, and pays", async () => {
    const clock = createVirtualClock();
    const { layer, events, budget } = createRetry(clock, { maxRetries: 0, maxBackoffMs: 30_000 });
    let isUp = false;
    const infer = layer(async () => {
      if (isUp) return response;
      throw transportError("not-sent");
    });
    const lone = expect(infer(request, callWith())).rejects.toThrow("reset");
    const waits = infer(request, callWith({ patience: patienceOf(clock), deadline: 1000 }));
    await clock.advance(60_000);
    await lone;
    const looks = events.filter(({ type }) => type === "retry").length;
    expect(looks).toBeGreaterThan(60);
    expect(looks).toBeLessThan(70);
    isUp = true;
    await clock.advance(1000);
    await expect(waits).resolves.toBe(response);
    expect(budget.left).toBeLessThan(0.1);
  });

  it("that is given up while it waits throws the reason, and leaves no timer", async () => {
    const clock = createVirtualClock();
    const { layer } = emptied(clock);
    const controller = new AbortController();
    const infer = layer(() => Promise.reject(transportError("unknown")));
    const given = infer(
      request,
      callWith({ patience: patienceOf(clock), signal: controller.signal }),
    );
    const failed = expect(given).rejects.toBe("enough");
    await clock.advance(100);
    controller.abort("enough");
    await failed;
    expect(clock.timers).toBe(0);
  });

  it("waits for an open circuit without spending its retries, and another call is told at once", async () => {
    const clock = createVirtualClock();
    const { layer, events } = createRetry(clock);
    const openUntil = 5000;
    const guarded: Infer = async () => {
      if (clock.now() >= openUntil) return response;
      throw new CircuitOpenError("open", { retryAfterMs: openUntil - clock.now() });
    };
    const infer = layer(guarded);
    await expect(infer(request, callWith({}))).rejects.toBeInstanceOf(CircuitOpenError);
    const waits = infer(request, callWith({ patience: patienceOf(clock), deadline: 60_000 }));
    await clock.advance(openUntil);
    await expect(waits).resolves.toBe(response);
    expect(events).toEqual([{ type: "retry-stopped", reason: "circuit-open", attempts: 1 }]);
  });
});
