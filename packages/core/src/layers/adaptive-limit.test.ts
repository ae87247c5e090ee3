import { describe, expect, it } from "vitest";
import { DeadlineError } from "../errors/errors.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createSeededRandom, createSimulatedServer } from "./adaptive-limit.fixture.ts";
import { createAdaptiveLimit } from "./adaptive-limit.ts";
import { callWith, request, serverError, transportError } from "./layers.fixture.ts";
import { limitLayer } from "./limit.ts";
import type { LayerEvent } from "./observe.ts";

/** As many callers as there could ever be places, each with one call after the other. */
async function createLoad(seed: number, callers = 120) {
  const clock = createVirtualClock();
  const events: LayerEvent[] = [];
  const server = createSimulatedServer(clock, createSeededRandom(seed));
  const limit = createAdaptiveLimit({ clock, observe: (event) => events.push(event) });
  const infer = limitLayer(limit, { clock })(server.infer);
  const stop = new AbortController();
  const call = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await infer(request, callWith({ signal: stop.signal })).catch(() => undefined);
    }
  };
  for (let caller = 0; caller < callers; caller += 1) void call();
  /** Answers in each of the coming seconds. */
  const seconds = async (count: number): Promise<number[]> => {
    const rates: number[] = [];
    for (let second = 0; second < count; second += 1) {
      const before = server.answered;
      await clock.advance(1000);
      rates.push(server.answered - before);
    }
    return rates;
  };
  const end = async (): Promise<void> => {
    stop.abort();
    await clock.advance(1000);
  };
  return { clock, server, limit, events, seconds, end };
}

/** 20 workers of 50 ms each. */
const fullRate = 400;

describe("createAdaptiveLimit against a server with a short queue", () => {
  it.each([1, 2, 3])(
    "settles near the server's capacity and swings by no more than 20 %, seed %i",
    async (seed) => {
      const { server, events, seconds, end } = await createLoad(seed);
      await seconds(5);
      events.length = 0;
      const refusedBefore = server.refused;
      const rates = await seconds(20);
      for (const rate of rates) {
        expect(rate).toBeGreaterThan(fullRate * 0.8);
        expect(rate).toBeLessThan(fullRate * 1.2);
      }
      const limits = events.flatMap((event) => (event.type === "limit" ? event.maxInFlight : []));
      const largest = Math.max(...limits);
      expect(Math.min(...limits)).toBeGreaterThanOrEqual(Math.floor(largest * 0.8) - 1);
      expect(largest).toBeLessThanOrEqual(30);
      expect(server.refused - refusedBefore).toBeLessThan(fullRate * 20 * 0.02);
      await end();
    },
  );

  it.each([4, 5, 6])("follows steps of capacity within 15 s, seed %i", async (seed) => {
    const { server, seconds, end } = await createLoad(seed);
    await seconds(5);
    for (const workers of [2, 20, 60, 1, 40]) {
      server.workers = workers;
      await seconds(15);
      for (const rate of await seconds(5)) {
        expect(rate).toBeGreaterThan(workers * 20 * 0.5);
        expect(rate).toBeLessThan(workers * 20 * 1.5);
      }
    }
    await end();
  });
});

describe("createAdaptiveLimit", () => {
  it("does not grow while half of it is not used", async () => {
    const { limit, seconds, end } = await createLoad(7, 3);
    await seconds(10);
    expect(limit.maxInFlight).toBeLessThanOrEqual(8);
    await end();
  });

  it("shrinks once, and not again for what was sent before", async () => {
    const clock = createVirtualClock();
    const limit = createAdaptiveLimit({ clock });
    await clock.advance(100);
    for (let failed = 0; failed < 10; failed += 1) {
      limit.ended({ startedAt: 0, error: serverError("overloaded") }, 4);
    }
    expect(limit.maxInFlight).toBe(3);
    limit.ended({ startedAt: 100, error: serverError("overloaded") }, 4);
    expect(limit.maxInFlight).toBe(2);
  });

  it("shrinks by a tenth for an exchange that ran out of time, and for no other failure", async () => {
    const clock = createVirtualClock();
    const limit = createAdaptiveLimit({ clock });
    for (const error of [transportError("unknown"), serverError("internal"), new Error("x")]) {
      limit.ended({ startedAt: 0, error }, 1);
    }
    expect(limit.maxInFlight).toBe(4);
    const error = new DeadlineError("slow", { bound: "attempt", delivery: "unknown" });
    limit.ended({ startedAt: 0, error }, 4);
    expect(limit.maxInFlight).toBe(3);
  });

  it("does not grow by exchanges that failed", async () => {
    const clock = createVirtualClock();
    const limit = createAdaptiveLimit({ clock });
    for (let window = 0; window < 5; window += 1) {
      await clock.advance(100);
      limit.ended({ startedAt: clock.now() - 1, error: transportError("not-sent") }, 4);
    }
    expect(limit.maxInFlight).toBe(4);
  });

  it("stays between 1 and 100", async () => {
    const clock = createVirtualClock();
    const limit = createAdaptiveLimit({ clock });
    for (let window = 0; window < 20; window += 1) {
      await clock.advance(100);
      limit.ended({ startedAt: clock.now() - 1 }, limit.maxInFlight);
    }
    expect(limit.maxInFlight).toBe(100);
    for (let refusal = 0; refusal < 50; refusal += 1) {
      limit.ended({ startedAt: clock.now(), error: serverError("overloaded") }, 1);
    }
    expect(limit.maxInFlight).toBe(1);
  });
});
