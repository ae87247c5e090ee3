import fc from "fast-check";
import { expect, test } from "vitest";
import { createAccumulatorModel, nextHash, wireFaults } from "./accumulator.fixture.ts";
import { settle, type Outcome, type Settlement, type Visit } from "./keyed.fixture.ts";

type FaultName = keyof typeof wireFaults;
type Fault = FaultName | "forget" | undefined;
const faultNames: readonly FaultName[] = [
  "not-sent",
  "reset-before",
  "reset-after",
  "raised",
  "refused",
];

/** Far above what it takes: a busy machine is no failure. */
const patienceMs = 60_000;

const plans = fc.record({
  keys: fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 40 }),
  last: fc.infiniteStream(fc.nat({ max: 9 })),
  pauses: fc.infiniteStream(fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.nat(1500))),
  latencies: fc.infiniteStream(fc.nat(80)),
  faults: fc.infiniteStream(
    fc.oneof<fc.MaybeWeightedArbitrary<Fault>[]>(
      { weight: 8, arbitrary: fc.constant(undefined) },
      { weight: 2, arbitrary: fc.constantFrom(...faultNames) },
      { weight: 1, arbitrary: fc.constant("forget") },
    ),
  ),
  stream: fc.record({ ordered: fc.boolean(), window: fc.integer({ min: 1, max: 9 }) }),
  sequence: fc.record({
    onLost: fc.constantFrom("fail", "restart"),
    keepSteps: fc.integer({ min: 1, max: 6 }),
    maxLive: fc.integer({ min: 1, max: 5 }),
  }),
  options: fc.record({
    maxRetries: fc.nat({ max: 2 }),
    maxInFlight: fc.integer({ min: 1, max: 4 }),
  }),
});

test(
  "P11: each ended sequence applied its records once and in order, and each broken one was reported",
  async () => {
    await fc.assert(
      fc.asyncProperty(plans, async ({ keys, stream, sequence, options, ...chances }) => {
        const setup = await createAccumulatorModel(options);
        const { clock, transport } = setup;
        transport.gate = async () => {
          await new Promise<void>((resolve) => {
            clock.setTimer(resolve, chances.latencies.next().value ?? 0);
          });
          const fault: Fault = chances.faults.next().value;
          if (fault === "forget") transport.forget();
          return fault === undefined || fault === "forget" ? undefined : wireFaults[fault];
        };
        const records: Visit[] = keys.map((user, index) => ({ user, X: index + 1 }));
        const lasts = new Set(records.filter(() => chances.last.next().value === 0));
        const source = async function* (): AsyncGenerator<Visit> {
          for (const record of records) {
            const pauseMs = chances.pauses.next().value ?? 0;
            if (pauseMs > 0) await new Promise<void>((go) => void clock.setTimer(go, pauseMs));
            yield record;
          }
        };
        const settlement = await settle(
          setup,
          source(),
          { ...sequence, isLast: (record) => lasts.has(record) },
          stream,
        );
        checkOutcomes(settlement.outcomes, records, stream.ordered);
        for (const key of new Set(keys)) checkKey(settlement, key);
        expect(clock.timers).toBe(0);
        expect(transport.underWay.size).toBe(0);
      }),
      { numRuns: 300 },
    );
  },
  patienceMs,
);

/** One outcome for each record, in order; of each key also where the stream is not. */
function checkOutcomes(outcomes: readonly Outcome[], records: readonly Visit[], ordered: boolean) {
  const order = (all: readonly Visit[]): Visit[] =>
    ordered ? [...all] : all.toSorted((left, right) => left.user.localeCompare(right.user));
  expect(order(outcomes.map(({ record }) => record))).toEqual(order(records));
}

function checkKey({ outcomes, events, transport }: Settlement, key: string): void {
  const runs = runsOf(outcomes, key).map((run) => run.join());
  const own = events.filter((event) => event.key === key);
  for (const { id, kind } of own) {
    if (kind !== "ended") continue;
    const lists = transport.applied.get(id) ?? [];
    // A second start of one id would throw state away without a word.
    expect(lists).toHaveLength(1);
    // The zeros that end a sequence are no record's.
    const applied = lists.flat().filter((value) => value !== 0);
    const found = runs.indexOf(applied.join());
    expect(found).not.toBe(-1);
    runs.splice(found, 1);
  }
  const count = (kind: string): number => own.filter((event) => event.kind === kind).length;
  expect(runs.length).toBeLessThanOrEqual(count("lost") - count("restarted"));
}

/** The values of a key's rows, one list for each sequence as its rows tell it. */
function runsOf(outcomes: readonly Outcome[], key: string): number[][] {
  const runs: number[][] = [];
  let hash = 0;
  for (const one of outcomes) {
    if (one.outcome !== "ok" || one.record.user !== key) continue;
    const { STEP, HASH } = one.row;
    if (STEP === 1) runs.push([]);
    hash = nextHash(STEP === 1 ? 0 : hash, one.record.X);
    const run = runs.at(-1) ?? [];
    run.push(one.record.X);
    expect([STEP, HASH]).toEqual([run.length, hash]);
  }
  return runs;
}
