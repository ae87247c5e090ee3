import { describe, expect, it } from "vitest";
import { TransportError } from "../errors/errors.ts";
import type { Settled } from "../flow/settled.ts";
import type { ModelOptionsInput } from "../options/model-options-input.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createModel } from "./create-model.ts";
import { createDoubleTransport } from "./double.fixture.ts";

type Changes = Partial<ModelOptionsInput>;

async function setUp(changes: Changes = {}) {
  const clock = createVirtualClock();
  const transport = createDoubleTransport();
  const model = await createModel({
    transport,
    model: "double",
    clock,
    batchSize: 4,
    maxInFlight: 2,
    endOfTurn: (callback) => void clock.setTimer(callback, 0),
    ...changes,
  });
  let outage: (() => Promise<void>) | undefined;
  transport.gate = async () => outage?.();
  const refuse = async (): Promise<void> => {
    throw new TransportError("connection refused", { delivery: "not-sent", retryable: true });
  };
  /** A machine that is gone: a connection is given up after ten seconds. */
  const blackHole = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      clock.setTimer(resolve, 10_000);
    });
    await refuse();
  };
  return {
    clock,
    transport,
    model,
    refuse,
    blackHole,
    goDown: (kind: () => Promise<void>): void => void (outage = kind),
    comeBack: (): void => void (outage = undefined),
  };
}

const records = Array.from({ length: 40 }, (_, x) => ({ x }));

/** Reads a whole stream beside the clock. */
function readAll(outcomes: AsyncIterable<Settled<object, object>>) {
  const settled: Settled<object, object>[] = [];
  const state: { settled: typeof settled; error?: unknown } = { settled };
  const done = (async () => {
    try {
      for await (const one of outcomes) settled.push(one);
    } catch (error) {
      state.error = error;
    }
  })();
  return { state, done };
}

describe("an outage in the middle of a stream", () => {
  it.each([
    ["refused connections", "refuse", {}],
    ["connections into nowhere", "blackHole", {}],
    ["refused connections behind a breaker", "refuse", { circuitBreakerEnabled: true }],
    ["refused connections without retries", "refuse", { maxRetries: 0 }],
  ] as const)(
    "P7: pauses it for longer than its timeout, and no record fails: %s",
    async (_, kind, changes) => {
      const { clock, model, transport, goDown, comeBack, ...kinds } = await setUp({
        timeout: "30s",
        circuitBreakerTimeout: "5s",
        ...changes,
      });
      goDown(kinds[kind]);
      const { state, done } = readAll(model.settleAll(records));
      await clock.advance(61_000);
      expect(state.settled).toEqual([]);
      // 50 tokens' worth at once, then one each second, at most.
      expect(transport.seen.length).toBeLessThan(130);
      comeBack();
      await clock.advance(30_000);
      await done;
      expect(state.error).toBeUndefined();
      expect(state.settled.map(({ outcome }) => outcome)).toEqual(records.map(() => "ok"));
      await model.close();
      expect(clock.timers).toBe(0);
    },
  );

  it("P10: is none the shorter for a lone record in the same turn, which is told at once", async () => {
    const { clock, model, goDown, comeBack, refuse } = await setUp({ maxRetries: 0 });
    goDown(refuse);
    const lone = expect(model.predict({ x: 2 })).rejects.toMatchObject({ code: "transport" });
    const { state, done } = readAll(model.settleAll([{ x: 1 }]));
    await clock.advance(1000);
    await lone;
    expect(state.settled).toEqual([]);
    comeBack();
    await clock.advance(30_000);
    await done;
    expect(state.settled).toMatchObject([{ outcome: "ok" }]);
    await model.close();
  });

  it.each([
    ["refused connections", {}],
    ["an open circuit", { circuitBreakerEnabled: true, circuitBreakerTimeout: "24h" }],
    ["a default row for failures", { defaultValue: -1, onError: "default" }],
  ] as const)(
    "P7: ends it after the stall timeout, and what was under way is not settled: %s",
    async (_, changes) => {
      const { clock, model, goDown, refuse, transport } = await setUp({
        timeout: "10s",
        stallTimeout: "60s",
        ...changes,
      });
      transport.gate = async ({ values }) => {
        if (!values.includes(0)) goDown(refuse);
        if (!values.includes(0)) await refuse();
      };
      const { state, done } = readAll(model.settleAll(records));
      await clock.advance(59_000);
      expect(state).toMatchObject({ settled: [{}, {}, {}, {}] });
      expect(state.error).toBeUndefined();
      await clock.advance(2000);
      await done;
      expect(state.settled).toHaveLength(4);
      expect(state.error).toMatchObject({ code: "unavailable", retryable: true });
      await model.close();
      expect([clock.timers, transport.closed]).toEqual([0, true]);
    },
  );

  it("P7: lasts as long as it does with stall-timeout none", async () => {
    const { clock, model, goDown, comeBack, refuse } = await setUp({ stallTimeout: "none" });
    goDown(refuse);
    const { state, done } = readAll(model.settleAll(records));
    await clock.advance(3_600_000);
    expect(state).toEqual({ settled: [] });
    comeBack();
    await clock.advance(5000);
    await done;
    expect(state.settled).toHaveLength(40);
    await model.close();
  });

  it("is told at once to who waits for one answer", async () => {
    const { clock, model, goDown, refuse } = await setUp({ maxRetries: 1 });
    goDown(refuse);
    const failed = expect(model.predict({ x: 1 })).rejects.toMatchObject({ code: "transport" });
    await clock.advance(1000);
    await failed;
    await model.close();
  });

  it("lets what had settled come out of a stopped flow before the error, and then nothing", async () => {
    const { clock, model, transport, refuse } = await setUp({ stallTimeout: 1000 });
    transport.gate = ({ values }) => (values.includes(4) ? refuse() : Promise.resolve());
    const flow = model.flow({ window: 12 }, () => undefined);
    for (const record of records.slice(0, 12)) flow.push(record);
    await clock.advance(2000);
    expect([flow.closed, flow.room]).toEqual([true, 0]);
    for (let x = 0; x < 4; x += 1) expect(flow.shift()).toMatchObject({ row: { y: 2 * x } });
    expect(() => flow.shift()).toThrow("takes requests within 1000 ms");
    flow.close();
    expect([flow.shift(), flow.size]).toEqual([undefined, 0]);
    await model.close();
  });
});
