import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TransportError } from "../errors/errors.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createModel } from "./create-model.ts";
import { createDoubleTransport } from "./double.fixture.ts";

const lost = (): TransportError =>
  new TransportError("reset", { delivery: "unknown", retryable: true });
const refused = (): TransportError =>
  new TransportError("refused", { delivery: "not-sent", retryable: true });

/** A record of a stream and one of a call, whose exchanges are held until something is made of them. */
async function setUp() {
  const clock = createVirtualClock();
  const transport = createDoubleTransport();
  const abort = new AbortController();
  const held: PromiseWithResolvers<void>[] = [];
  let isDown = false;
  transport.gate = async ({ values }) => {
    if (isDown || values.includes(9)) throw refused();
    const exchange = Promise.withResolvers<void>();
    held.push(exchange);
    await exchange.promise;
  };
  const model = await createModel({
    transport,
    model: "double",
    clock,
    random: () => 1,
    attemptTimeout: 500,
    timeout: "10s",
    stallTimeout: "20s",
    drainTimeout: "5s",
    circuitBreakerEnabled: true,
    circuitBreakerTimeout: "1s",
    circuitBreakerHalfOpenRequests: 1,
  });
  const told: string[] = [];
  const tell = (outcome: string): void => void told.push(outcome);
  const { signal } = abort;
  model.predict({ x: 1 }, { signal }).then(
    () => tell("call"),
    () => tell("call"),
  );
  const flow = model.flow({ signal }, () => undefined);
  flow.push({ x: 2 });
  await clock.advance(0);

  const events = {
    response: () => held.splice(0).forEach(({ resolve }) => resolve()),
    failure: () => held.splice(0).forEach(({ reject }) => reject(lost())),
    timeout: () => clock.advance(500),
    "retry timer": () => clock.advance(100),
    abort: () => abort.abort(new Error("enough")),
    close: () => void model.close(),
    "breaker opens": async () => {
      isDown = true;
      for (let x = 0; x < 5; x += 1) await Promise.allSettled([tryOnce()]);
    },
    "breaker closes": async () => {
      isDown = false;
      await clock.advance(1000);
    },
  };
  /** Meets nobody, which the breaker counts. */
  const tryOnce = async (): Promise<void> => {
    const other = new AbortController();
    const call = model.predict({ x: 9 }, { signal: other.signal }).catch(() => undefined);
    await clock.advance(0);
    other.abort();
    await call;
  };
  const run = async (order: readonly (keyof typeof events)[]): Promise<void> => {
    for (const event of order) {
      await events[event]();
      await clock.advance(0);
      for (let out = shift(); out !== undefined; out = shift()) tell("stream");
    }
  };
  const shift = (): unknown => {
    try {
      return flow.shift();
    } catch {
      return undefined;
    }
  };
  const count = (one: string): number => told.filter((outcome) => outcome === one).length;
  /** Everything that could still happen happens. */
  const finish = async () => {
    transport.gate = async () => undefined;
    events.response();
    await clock.advance(60_000);
    for (let out = shift(); out !== undefined; out = shift()) tell("stream");
    const inTime = count("call");
    const closing = model.close();
    await clock.advance(6000);
    await closing;
    const sent = transport.seen.length;
    events.response();
    await clock.advance(60_000);
    const { recordsInside } = model.stats();
    return {
      call: count("call"),
      inTime,
      stream: count("stream"),
      late: transport.seen.length - sent,
      timers: clock.timers,
      recordsInside,
    };
  };
  return { run, finish };
}

const everyEvent = [
  "response",
  "failure",
  "timeout",
  "retry timer",
  "abort",
  "close",
  "breaker opens",
  "breaker closes",
] as const;

it("P1: a record has one outcome, whatever happens to it in whatever order", async () => {
  const orders = fc.shuffledSubarray([...everyEvent, ...everyEvent], { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(orders, async (order) => {
      const { run, finish } = await setUp();
      await run(order);
      const { call, stream, ...rest } = await finish();
      expect(call).toBe(1);
      // A stream that was given up owes nothing for what was in it.
      const mayOwe = order.includes("abort") || order.includes("close");
      expect(stream).toBeLessThanOrEqual(1);
      if (!mayOwe) expect(stream).toBe(1);
      expect(rest).toEqual({ inTime: 1, late: 0, timers: 0, recordsInside: 0 });
    }),
    { numRuns: 120 },
  );
});

describe("a record settles once", () => {
  it.each<[string, readonly (typeof everyEvent)[number][], number]>([
    ["when its time is over while a retry is under way", ["failure", "retry timer", "timeout"], 1],
    ["when an answer comes behind its abort", ["abort", "response"], 0],
    ["when a retry would be due behind the close", ["failure", "close", "retry timer"], 1],
    ["when the circuit opens before its retry", ["failure", "breaker opens", "retry timer"], 1],
  ])("%s", async (_, order, stream) => {
    const { run, finish } = await setUp();
    await run(order);
    expect(await finish()).toMatchObject({ call: 1, stream, late: 0, timers: 0, recordsInside: 0 });
  });
});
