import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TransportError } from "../errors/errors.ts";
import type { ModelOptionsInput } from "../options/model-options-input.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createModel } from "./create-model.ts";
import { createDoubleTransport, type Seen } from "./double.fixture.ts";

async function setUp(changes: Partial<ModelOptionsInput> = {}) {
  const clock = createVirtualClock();
  const transport = createDoubleTransport();
  const model = await createModel({
    transport,
    model: "double",
    clock,
    endOfTurn: (callback) => void clock.setTimer(callback, 0),
    ...changes,
  });
  const never = (): Promise<void> => new Promise(() => undefined);
  return { clock, transport, model, never };
}

const isFulfilled = async (promise: Promise<unknown>): Promise<boolean> => {
  const other = {};
  return (await Promise.race([promise, Promise.resolve(other)])) !== other;
};

const refused = (): TransportError =>
  new TransportError("connection refused", { delivery: "not-sent", retryable: true });

describe("closing a model", () => {
  it("P9: sends a batch that is half full at once", async () => {
    const { clock, transport, model } = await setUp({ batchSize: 8, batchTimeout: "1h" });
    const rows = Promise.all([model.predict({ x: 1 }), model.predict({ x: 2 })]);
    await clock.advance(10_000);
    expect(transport.seen).toHaveLength(0);
    const closing = model.close();
    await clock.advance(0);
    expect(transport.seen.map(({ values }) => values)).toEqual([[1, 2]]);
    await closing;
    await expect(rows).resolves.toEqual([{ y: 2 }, { y: 4 }]);
    expect(clock.timers).toBe(0);
  });

  it("P9: gives up what has not settled within the drain timeout", async () => {
    const { clock, transport, model, never } = await setUp({ timeout: "1h", drainTimeout: "5s" });
    transport.gate = never;
    const lost = expect(model.predict({ x: 1 })).rejects.toMatchObject({
      code: "closed",
      delivery: "unknown",
      message: expect.stringContaining("none within 5000 ms of draining"),
    });
    const stream = model.settleAll([{ x: 2 }, { x: 3 }]);
    const ended = expect(stream.next()).rejects.toMatchObject({ code: "closed" });
    await clock.advance(1000);
    const closing = model.close();
    await clock.advance(4990);
    await expect(isFulfilled(closing)).resolves.toBe(false);
    expect(transport.closed).toBe(false);
    await clock.advance(10);
    await closing;
    await lost;
    await ended;
    expect(transport.seen.every(({ call }) => call.signal.aborted)).toBe(true);
    expect([transport.closed, clock.timers]).toEqual([true, 0]);
  });

  it("P9: twice is closing once, and with force ends what is left at once", async () => {
    const { clock, transport, model, never } = await setUp({ timeout: "1h" });
    transport.gate = never;
    const lost = expect(model.predict({ x: 1 })).rejects.toMatchObject({ code: "closed" });
    await clock.advance(0);
    const closing = model.close();
    const again = model.close();
    await clock.advance(100);
    await expect(isFulfilled(again)).resolves.toBe(false);
    await model.close({ force: true });
    await Promise.all([closing, again, lost]);
    expect([transport.closed, clock.timers]).toEqual([true, 0]);
    await model.close({ force: true });
  });

  it.each<[string, Partial<ModelOptionsInput>]>([
    ["a wait before a retry", { retryInitialBackoff: "20s", retryMaxBackoff: "1h" }],
    ["an open circuit", { circuitBreakerEnabled: true, maxRetries: 9 }],
    ["an empty budget", { maxRetries: 1000, retryMaxBackoff: 100 }],
  ])("P9: ends in time during %s", async (_, changes) => {
    const options = { timeout: "1h", stallTimeout: "none", drainTimeout: "2s", ...changes };
    const { clock, transport, model } = await setUp(options);
    transport.gate = async () => {
      throw refused();
    };
    const stream = model.predictAll([{ x: 1 }, { x: 2 }]);
    const ended = expect(stream.next()).rejects.toMatchObject({ code: "closed" });
    await clock.advance(5000);
    const closing = model.close();
    await clock.advance(2000);
    await closing;
    await ended;
    const { length } = transport.seen;
    await clock.advance(3_600_000);
    expect([transport.seen.length, clock.timers]).toEqual([length, 0]);
  });

  it("ends a stream whose source brings another record, behind the rows of the others", async () => {
    const { clock, model } = await setUp();
    const later = Promise.withResolvers<void>();
    const source = async function* () {
      yield { x: 1 };
      await later.promise;
      yield { x: 2 };
    };
    const rows = model.predictAll(source());
    const first = rows.next();
    await clock.advance(1);
    await expect(first).resolves.toMatchObject({ value: { y: 2 } });
    const ended = expect(rows.next()).rejects.toMatchObject({ code: "closed" });
    await model.close();
    later.resolve();
    await ended;
    expect(model.stats()).toMatchObject({ recordsInside: 0, records: { taken: 2, cancelled: 1 } });
  });

  it("does not wait for a dead letter whose sink hangs, beyond the drain timeout", async () => {
    const clock = createVirtualClock();
    const transport = createDoubleTransport();
    const onDeadLetter = (): Promise<void> => new Promise(() => undefined);
    const base = { transport, model: "double", clock, drainTimeout: "2s" };
    const model = await createModel({ ...base, onError: "dead-letter", onDeadLetter });
    void model.predict({ x: "none" }).catch(() => undefined);
    const closing = model.close();
    await clock.advance(2000);
    await closing;
    expect(transport.closed).toBe(true);
  });
});

const plans = fc.record({
  closeAt: fc.integer({ min: 0, max: 60 }),
  forceAfter: fc.option(fc.integer({ min: 0, max: 40 })),
  drainTimeout: fc.integer({ min: 0, max: 50 }),
  batchSize: fc.integer({ min: 1, max: 4 }),
  batchTimeout: fc.integer({ min: 0, max: 10 }),
  circuitBreakerEnabled: fc.boolean(),
  ordered: fc.boolean(),
  answers: fc.infiniteStream(fc.constantFrom("row", "slow", "refused", "reset", "never")),
});

it("P9: at any moment ends in time, settles nothing twice, and leaves nothing behind", async () => {
  await fc.assert(
    fc.asyncProperty(plans, async ({ closeAt, forceAfter, ordered, answers, ...changes }) => {
      const { clock, transport, model, never } = await setUp({ timeout: "1h", ...changes });
      const answerAfter: Record<string, (seen: Seen) => Promise<void>> = {
        slow: () => new Promise((resolve) => void clock.setTimer(resolve, 15)),
        never,
        refused: () => Promise.reject(refused()),
        reset: () =>
          Promise.reject(new TransportError("reset", { delivery: "unknown", retryable: true })),
      };
      transport.gate = async (seen) => answerAfter[answers.next().value ?? "row"]?.(seen);
      const outcomes: number[] = [];
      const count = async (): Promise<void> => {
        const records = Array.from({ length: 12 }, (_, x) => ({ x }));
        for await (const settled of model.settleAll(records, { ordered })) {
          outcomes.push(settled.record.x);
        }
      };
      const ends = [count(), ...[1, 2, 3].map((x) => model.predict({ x }))];
      const settled = Promise.allSettled(ends);
      await clock.advance(closeAt);
      const closing = model.close();
      const force = forceAfter ?? Number.POSITIVE_INFINITY;
      await clock.advance(Math.min(force, changes.drainTimeout));
      if (force < changes.drainTimeout) void model.close({ force: true });
      await clock.advance(0);
      await closing;
      const results = await settled;
      for (const result of results) {
        if (result.status === "rejected") expect(result.reason).toHaveProperty("code");
      }
      expect(new Set(outcomes).size).toBe(outcomes.length);
      const { length } = transport.seen;
      await clock.advance(100_000);
      expect([transport.closed, transport.seen.length, clock.timers]).toEqual([true, length, 0]);
    }),
    { numRuns: 100 },
  );
});
