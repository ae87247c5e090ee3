import fc from "fast-check";
import { expect, it } from "vitest";
import { ServerError, TransportError } from "../errors/errors.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createModel } from "./create-model.ts";
import { createDoubleTransport } from "./double.fixture.ts";

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

const kinds = ["row", "slow", "refused", "reset", "busy", "never"] as const;
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ min: 0, max: 300 }) }),
    fc.record({ kind: fc.constant("push" as const), x: fc.integer({ min: -2, max: 20 }) }),
    fc.record({ kind: fc.constant("predict" as const), x: fc.integer({ min: -2, max: 20 }) }),
    fc.record({ kind: fc.constantFrom("unfit", "abort", "shift", "close flow") }),
  ),
  { maxLength: 40 },
);
const plans = fc.record({
  steps,
  ordered: fc.boolean(),
  batchSize: fc.integer({ min: 1, max: 4 }),
  circuitBreakerEnabled: fc.boolean(),
  fallback: fc.boolean(),
  answers: fc.infiniteStream(fc.constantFrom(...kinds)),
});

it("P19: the books balance at every moment, whatever becomes of records and attempts", async () => {
  await fc.assert(
    fc.asyncProperty(plans, async ({ answers, ordered, fallback, steps: plan, ...changes }) => {
      const clock = createVirtualClock();
      const transport = createDoubleTransport();
      const model = await createModel({
        transport,
        model: "double",
        clock,
        endOfTurn: (callback) => void clock.setTimer(callback, 0),
        timeout: "2s",
        stallTimeout: "3s",
        circuitBreakerTimeout: "1s",
        maxInFlight: 3,
        ...(fallback ? { defaultValue: -1, onError: "default" as const } : {}),
        ...changes,
      });
      transport.gate = async ({ call: { signal } }) => {
        const kind = answers.next().value;
        if (kind === "slow") await new Promise<void>((done) => void clock.setTimer(done, 40));
        if (kind === "never" && !signal.aborted) {
          await new Promise<void>((done) => signal.addEventListener("abort", () => done()));
        }
        if (kind === "busy") {
          throw new ServerError("busy", { outcome: "overloaded", status: 429, serverText: "" });
        }
        if (kind === "refused" || kind === "reset") {
          const delivery = kind === "reset" ? "unknown" : "not-sent";
          throw new TransportError(kind, { delivery, retryable: true });
        }
      };
      const flow = model.flow({ ordered, window: 8 }, () => undefined);
      const abort = new AbortController();
      const calls: Promise<unknown>[] = [];
      let taken = 0;
      let answered = 0;
      const predict = (record: { readonly x?: unknown }): void => {
        taken += 1;
        const call = model.predict(record, { signal: abort.signal });
        calls.push(call.then(() => (answered += 1)).catch(() => undefined));
      };
      const shift = (): boolean => {
        try {
          return flow.shift() !== undefined;
        } catch {
          return false;
        }
      };
      const check = (): void => {
        const { records, recordsInside, requests, attempts, retries } = model.stats();
        const { ok, failed, fallback: defaults, cancelled } = records;
        expect(records.taken).toBe(taken);
        expect(ok + sum(failed) + sum(defaults) + cancelled + recordsInside).toBe(taken);
        expect(attempts).toBe(transport.seen.length);
        expect(attempts).toBeLessThanOrEqual(requests.started + sum(retries));
        expect(requests.succeeded + sum(requests.failed)).toBeLessThanOrEqual(requests.started);
      };
      for (const step of plan) {
        if (step.kind === "push" && flow.room > 0) {
          taken += 1;
          flow.push({ x: "x" in step ? step.x : 0 });
        }
        if (step.kind === "predict" && !abort.signal.aborted) predict("x" in step ? step : {});
        if (step.kind === "unfit" && !abort.signal.aborted) predict({ x: "no number" });
        if (step.kind === "abort") abort.abort(new Error("enough"));
        if (step.kind === "shift") shift();
        if (step.kind === "close flow") flow.close();
        if (step.kind === "wait") await clock.advance("ms" in step ? step.ms : 0);
        check();
      }
      await clock.advance(10_000);
      check();
      while (shift());
      const closing = model.close();
      await clock.advance(31_000);
      await closing;
      await Promise.all(calls);
      check();
      expect(model.stats()).toMatchObject({ recordsInside: 0, inFlight: 0, recordsWaiting: 0 });
      expect(model.stats().records.ok + sum(model.stats().records.fallback)).toBeGreaterThanOrEqual(
        answered,
      );
    }),
    { numRuns: 80 },
  );
});

it("P19: a retry that is not sent, for its record is to blame, is neither counted nor paid for", async () => {
  const clock = createVirtualClock();
  const transport = createDoubleTransport();
  const model = await createModel({ transport, model: "double", clock, batchSize: 2 });
  const calls = [1, -2].map((x) => model.predict({ x }));
  const settled = Promise.allSettled(calls);
  await clock.advance(10_000);
  expect((await settled).map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  // The batch, each record alone, and one retry of the culprit.
  const { attempts, requests, retries, retryBudgetLeft } = model.stats();
  expect({ attempts, retries: sum(retries) }).toEqual({
    attempts: requests.started + 1,
    retries: 1,
  });
  // A retry costs ten tokens of 500, and the other record's answer earned one.
  expect(retryBudgetLeft).toBeCloseTo(491 / 500);
  await model.close();
});
