import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ServerError, TransportError } from "../errors/errors.ts";
import { createModel } from "../model/create-model.ts";
import { createDoubleTransport, doubleMetadata, type Seen } from "../model/double.fixture.ts";
import { float32 } from "../record/fields.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import type { Settled } from "./settled.ts";

const maxRows = 1024;

const failures = {
  "is answered with 400": () =>
    new ServerError("bad input", { outcome: "rejected", status: 400, serverText: "" }),
  "is answered with 500": () =>
    new ServerError("model raised", { outcome: "internal", status: 500, serverText: "" }),
  "ends without an answer": () =>
    new TransportError("reset", { delivery: "unknown", retryable: true }),
};

interface Run {
  readonly outcomes: readonly Settled<{ readonly x: number }, { readonly y: number }>[];
  /** The records of each request. */
  readonly requests: readonly (readonly number[])[];
}

/** Sends one batch of `values`; each request that holds a negative one fails. */
async function run(
  values: readonly number[],
  failure: () => Error,
  fails = (seen: Seen): boolean => seen.values.some((value) => value < 0),
): Promise<Run> {
  const transport = createDoubleTransport({ ...doubleMetadata, maxBatchRows: maxRows });
  transport.gate = async (seen) => {
    if (fails(seen)) throw failure();
  };
  const clock = createVirtualClock();
  const model = await createModel({
    transport,
    model: "double",
    inputs: { x: float32() },
    outputs: { y: float32() },
    batchSize: maxRows,
    timeout: "1h",
    clock,
    endOfTurn: queueMicrotask,
  });
  const outcomes: Run["outcomes"][number][] = [];
  let ended = false;
  const reading = (async () => {
    for await (const settled of model.settleAll(values.map((x) => ({ x })))) outcomes.push(settled);
    ended = true;
  })();
  while (!ended) await clock.advance(10_000);
  await reading;
  return { outcomes, requests: transport.seen.map(({ values }) => values) };
}

const outcomesOf = ({ outcomes }: Run): readonly (readonly [number, string])[] =>
  outcomes.map(({ record, outcome }) => [record.x, outcome]);

const expected = (values: readonly number[]): readonly (readonly [number, string])[] =>
  values.map((x) => [x, x < 0 ? "failed" : "ok"]);

describe.each(Object.entries(failures))("a batch that %s", (_what, failure) => {
  // What is alone without an answer is repeated as often as the retries say, and not once.
  const isDeath = failure().name === "TransportError";

  it("costs at most 2 * log2(n) + 1 requests more for one culprit, wherever it is", async () => {
    const batch = fc
      .integer({ min: 1, max: 300 })
      .chain((rows) => fc.tuple(fc.constant(rows), fc.nat(rows - 1)));
    await fc.assert(
      fc.asyncProperty(batch, async ([rows, culprit]) => {
        const values = Array.from({ length: rows }, (_, at) => (at === culprit ? -1 : at));
        const ran = await run(values, failure);
        expect(outcomesOf(ran)).toEqual(expected(values));
        const lone = rows === 1 ? 3 : 2 * Math.ceil(Math.log2(rows)) + (isDeath ? 3 : 1);
        expect(ran.requests.length - 1).toBeLessThanOrEqual(lone);
      }),
      { numRuns: 60 },
    );
  });

  it("fails every culprit and nobody else, at a bounded cost, however many there are", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 2, maxLength: 100 }), async (plan) => {
        const values = plan.map((isCulprit, at) => (isCulprit ? -at - 1 : at));
        const ran = await run(values, failure);
        const culprits = plan.filter(Boolean).length;
        // Several that end without an answer, one after the other, are taken for an outage.
        if (isDeath) expect(ran.outcomes).toHaveLength(plan.length);
        else expect(outcomesOf(ran)).toEqual(expected(values));
        const halvings = Math.ceil(Math.log2(plan.length));
        const parts = 2 * Math.max(halvings, plan.length / 4);
        // What is taken for an outage is tried anew as often as the default retries say.
        const rounds = isDeath ? 4 : 1;
        const most = rounds * (parts + plan.length + (isDeath ? 3 : 1) * culprits);
        expect(ran.requests.length - 1).toBeLessThanOrEqual(most);
      }),
      { numRuns: 60 },
    );
  });
});

describe("splitting", () => {
  it("P10: sends records one by one once halving costs more than it finds", async () => {
    const values = Array.from({ length: 256 }, (_, at) => -at - 1);
    const { requests } = await run(values, failures["is answered with 400"]);
    // Halving to the end would take 511.
    expect(requests.length).toBeLessThanOrEqual(1 + 2 * 64 + 256);
    expect(requests.filter(({ length }) => length === 1)).toHaveLength(256);
  });

  it("gives up behind its retries when nothing is answered any more", async () => {
    const values = Array.from({ length: 256 }, (_, at) => at);
    const ran = await run(values, failures["ends without an answer"], () => true);
    expect(ran.outcomes).toHaveLength(256);
    expect(ran.outcomes.every(({ outcome }) => outcome === "failed")).toBe(true);
    expect(ran.requests.length).toBeLessThanOrEqual(4 * (8 + 2 + 6));
    expect(ran.requests.filter(({ length }) => length === 256)).toHaveLength(4);
  });

  it("blames at most the one record that was alone last for an outage that is over in time", async () => {
    for (let deaths = 0; deaths <= 30; deaths += 1) {
      let died = 0;
      const values = Array.from({ length: 64 }, (_, at) => at);
      const ran = await run(
        values,
        failures["ends without an answer"],
        () => (died += 1) <= deaths,
      );
      const failed = ran.outcomes.filter(({ outcome }) => outcome === "failed").length;
      // Whoever died alone twice, with an answer behind it, looks like the cause.
      expect([deaths, failed]).toEqual([deaths, deaths < 8 ? 0 : expect.any(Number)]);
      expect(failed).toBeLessThanOrEqual(1);
    }
  });

  it("does not blame a record of a batch for what a repetition of it alone disproves", async () => {
    let failed = 0;
    const ran = await run([1, 2], failures["is answered with 500"], ({ values }) => {
      if (values.length === 1 && values[0] === 2) return false;
      failed += 1;
      return failed <= 2;
    });
    expect(outcomesOf(ran)).toEqual(expected([1, 2]));
    expect(ran.requests).toEqual([[1, 2], [1], [1], [2]]);
  });
});
