import type { KeyedSequences, SequenceEvent } from "../flow/keyed-sequences.ts";
import type { Settled } from "../flow/settled.ts";
import type { AccumulatorSetup } from "./accumulator.fixture.ts";

/** A record of the keyed tests: `a7` is the user a with the value 7. */
export type Visit = Readonly<Record<"user", string> & Record<"X", number>>;

export type Outcome = Settled<Visit, Record<string, unknown>>;

export const visits = (text: string): Visit[] =>
  text.split(" ").map((one) => ({ user: one.slice(0, 1), X: Number(one.slice(1)) }));

export async function collect<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** What one stream of visits came to. */
export interface Settlement extends AccumulatorSetup {
  readonly outcomes: readonly Outcome[];
  readonly events: readonly SequenceEvent[];
}

/** Runs visits through one stream, moving time until all have settled. */
export async function settle(
  setup: AccumulatorSetup,
  records: Iterable<Visit> | AsyncIterable<Visit>,
  sequence: Partial<KeyedSequences<Visit>> = {},
  options: object = {},
): Promise<Settlement> {
  const events: SequenceEvent[] = [];
  const keyed: KeyedSequences<Visit> = {
    key: ({ user }) => user,
    onEvent: (event) => events.push(event),
    ...sequence,
  };
  const settled = collect(setup.model.settleAll(records, { sequence: keyed, ...options }));
  await setup.clock.advance(600_000);
  return { ...setup, outcomes: await settled, events };
}

/** The sum of each row; the reason or code of what failed. */
export const sums = (outcomes: readonly Outcome[]): unknown[] =>
  outcomes.map((one) => {
    if (one.outcome === "ok") return one.row["SUM"];
    return "reason" in one.error ? one.error.reason : one.error.code;
  });

/** What the sequences applied, one list for each start, in the order of the starts. */
export const appliedLists = ({ transport }: AccumulatorSetup): number[][] =>
  [...transport.applied.values()].flat();
