import { describe, expect, it } from "vitest";
import { CircuitOpenError } from "../errors/errors.ts";
import { createVirtualClock, type VirtualClock } from "../transport/virtual-clock.fixture.ts";
import type { Infer } from "../transport/transport.ts";
import { callWith, request, response, transportError } from "./layers.fixture.ts";
import type { LayerEvent } from "./observe.ts";
import { createRetryBudget } from "./retry-budget.ts";
import { retryLayer } from "./retry.ts";

function createRetry(clock: VirtualClock) {
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
      infer(request, callWith({ patient: true, deadline: 60_000 })),
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

  it("P7: fails with its error when its deadline leaves no room to wait", async () => {
    const clock = createVirtualClock();
    const { layer, events } = emptied(clock);
    const error = transportError("unknown");
    const failing = layer(() => Promise.reject(error));
    const failed = expect(
      failing(request, callWith({ patient: true, deadline: 3000 })),
    ).rejects.toBe(error);
    await clock.advance(4000);
    await failed;
    expect(events.at(-1)).toMatchObject({ type: "retry-stopped", reason: "deadline" });
  });

  it("that is given up while it waits throws the reason, and leaves no timer", async () => {
    const clock = createVirtualClock();
    const { layer } = emptied(clock);
    const controller = new AbortController();
    const infer = layer(() => Promise.reject(transportError("unknown")));
    const given = infer(request, callWith({ patient: true, signal: controller.signal }));
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
    const waits = infer(request, callWith({ patient: true, deadline: 60_000 }));
    await clock.advance(openUntil);
    await expect(waits).resolves.toBe(response);
    expect(events).toEqual([{ type: "retry-stopped", reason: "circuit-open", attempts: 1 }]);
    const late = infer(request, callWith({ patient: true, deadline: openUntil + 1 }));
    await expect(late).resolves.toBe(response);
  });
});
