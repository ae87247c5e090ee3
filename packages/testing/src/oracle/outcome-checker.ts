import type { Key } from "./oracle.ts";

/** What {@link createOutcomeChecker} takes. */
export interface OutcomeCheckerOptions<R, O, K extends Key> {
  readonly keyOf: (record: R) => K;
  /** The key of the record that an outcome is for. */
  readonly keyOfOutcome: (outcome: O) => K;
  /** Does the outcome fit its record? A failed one may fit as well: the caller says. */
  readonly matches: (record: R, outcome: O) => boolean;
  /** Must outcomes come in the order of the records? Default: true. */
  readonly ordered?: boolean;
  /** Keys kept in each list of the report; the counts go on. Default: 20. */
  readonly maxListed?: number;
}

/** Keys with which something is wrong: how many, and the first of them. */
export interface Offences<K extends Key> {
  readonly count: number;
  readonly keys: readonly K[];
}

/** What became of the records. */
export interface OutcomeReport<K extends Key> {
  /** Records sent. */
  readonly sent: number;
  /** Outcomes seen. */
  readonly outcomes: number;
  /** Sent, and no outcome so far. */
  readonly lost: Offences<K>;
  /** An outcome after the first, each counted. */
  readonly doubled: Offences<K>;
  /** First outcomes behind that of a later record; none when order is not asked for. */
  readonly reordered: Offences<K>;
  /** First outcomes that do not fit their record. */
  readonly mismatched: Offences<K>;
  /** Outcomes of records that were never sent, or sent twice under one key. */
  readonly unexpected: Offences<K>;
  /** True when every record had exactly one outcome, in order, that fits. */
  readonly isExact: boolean;
}

/** Compares what was sent with what came out. */
export interface OutcomeChecker<R, O, K extends Key> {
  /** A record is handed over; to be told before its outcome. */
  sent(record: R): void;
  outcome(outcome: O): void;
  /** What is known now; call it when everything should have settled. */
  report(): OutcomeReport<K>;
}

/** Checks that each record has exactly one outcome: none lost, doubled, out of order or another's. */
export function createOutcomeChecker<R, O, K extends Key>(
  options: OutcomeCheckerOptions<R, O, K>,
): OutcomeChecker<R, O, K> {
  const { ordered = true, maxListed = 20 } = options;
  const waiting = new Map<K, { readonly record: R; readonly place: number }>();
  const settled = new Set<K>();
  const doubled = createList<K>(maxListed);
  const reordered = createList<K>(maxListed);
  const mismatched = createList<K>(maxListed);
  const unexpected = createList<K>(maxListed);
  let sent = 0;
  let outcomes = 0;
  let latestPlace = -1;

  return {
    sent(record) {
      const key = options.keyOf(record);
      if (waiting.has(key) || settled.has(key)) unexpected.add(key);
      else waiting.set(key, { record, place: sent });
      sent += 1;
    },
    outcome(outcome) {
      outcomes += 1;
      const key = options.keyOfOutcome(outcome);
      const entry = waiting.get(key);
      if (entry === undefined) {
        (settled.has(key) ? doubled : unexpected).add(key);
        return;
      }
      waiting.delete(key);
      settled.add(key);
      if (!options.matches(entry.record, outcome)) mismatched.add(key);
      if (ordered && entry.place < latestPlace) reordered.add(key);
      latestPlace = Math.max(latestPlace, entry.place);
    },
    report() {
      const lost = createList<K>(maxListed);
      for (const key of waiting.keys()) lost.add(key);
      const lists = { lost, doubled, reordered, mismatched, unexpected };
      return {
        sent,
        outcomes,
        lost: lost.offences(),
        doubled: doubled.offences(),
        reordered: reordered.offences(),
        mismatched: mismatched.offences(),
        unexpected: unexpected.offences(),
        isExact: Object.values(lists).every((list) => list.offences().count === 0),
      };
    },
  };
}

/** Counts keys, and keeps the first of them. */
function createList<K extends Key>(maxListed: number) {
  const keys: K[] = [];
  let count = 0;
  return {
    add(key: K): void {
      count += 1;
      if (keys.length < maxListed) keys.push(key);
    },
    offences: (): Offences<K> => ({ count, keys: [...keys] }),
  };
}
