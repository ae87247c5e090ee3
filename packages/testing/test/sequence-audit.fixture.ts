import { SequenceError, type SequenceEvent } from "@nereid/core";
import type { Chaos, Outcome } from "./sequence-chaos.fixture.ts";
import { nextHash, type Ledger } from "./sequence-oracle.fixture.ts";

/** Everything that is wrong with a run, one text for each; nothing is wrong when it is empty. */
export function auditChaos({ server, records, outcomes, events }: Chaos): string[] {
  const problems = [...auditLedger(server.ledger)];
  const isInOrder = records.every((record, index) => outcomes[index]?.record === record);
  if (!isInOrder || outcomes.length !== records.length) {
    problems.push("outcomes: expected one for each record, in order");
  }
  const { runs, wrong } = runsOf(outcomes);
  problems.push(...wrong, ...auditEvents(events, server.ledger, runs));
  return problems;
}

/** No id was started twice, and no step of it was applied twice. */
export function auditLedger(ledger: Ledger): string[] {
  return [...ledger].flatMap(([id, { starts, applied }]) => [
    ...(starts === 1 ? [] : [`sequence ${id}: expected one start, found ${starts}`]),
    ...(new Set(applied).size === applied.length ? [] : [`sequence ${id}: a step ran twice`]),
  ]);
}

/** The values of one sequence as its rows tell it. */
type Run = number[];

/** The runs of each key; a row whose step or hash is not what the rows before it make is wrong. */
function runsOf(outcomes: readonly Outcome[]) {
  const runs = new Map<unknown, Run[]>();
  const hashes = new Map<number, number>();
  const wrong: string[] = [];
  for (const one of outcomes) {
    if (one.outcome !== "ok") continue;
    const { user, X } = one.record;
    const { STEP, HASH } = one.row;
    const own = runs.get(user) ?? [];
    runs.set(user, own);
    if (STEP === 1) own.push([]);
    const run = own.at(-1) ?? [];
    run.push(X);
    const hash = nextHash(STEP === 1 ? 0 : (hashes.get(user) ?? 0), X);
    hashes.set(user, hash);
    if (STEP !== run.length || HASH !== hash) wrong.push(`record ${X}: a hash of other steps`);
  }
  return { runs, wrong };
}

/**
 * Each ended sequence applied the records of one run, no more and no fewer; each id that the server
 * saw was told as ended or lost; and each run that did not end belongs to a loss.
 */
function auditEvents(
  events: readonly SequenceEvent[],
  ledger: Ledger,
  runs: ReadonlyMap<unknown, readonly Run[]>,
): string[] {
  const problems: string[] = [];
  const unmatched = new Map([...runs].map(([key, own]) => [key, new Set(own.map(String))]));
  const losses = new Map<unknown, number>();
  const count = (key: unknown, by: number): void =>
    void losses.set(key, (losses.get(key) ?? 0) + by);
  const told = new Set<unknown>();
  for (const { kind, key, id } of events) {
    if (kind === "lost") count(key, 1);
    if (kind === "restarted") count(key, -1);
    if (kind === "lost" || kind === "ended") told.add(id);
    if (kind === "ended" && unmatched.get(key)?.delete(String(ledger.get(id)?.applied)) !== true) {
      problems.push(`sequence ${id}: expected the steps of its rows, found others`);
    }
  }
  for (const id of ledger.keys()) if (!told.has(id)) problems.push(`sequence ${id}: never told`);
  for (const [key, left] of unmatched) {
    if (left.size > (losses.get(key) ?? 0))
      problems.push(`key ${String(key)}: a loss was not told`);
  }
  return problems;
}

/** Behind the record that lost its sequence, each of its key fails, up to the last one of the sequence. */
export function auditSilence(outcomes: readonly Outcome[]): string[] {
  const broken = new Set<number>();
  const problems: string[] = [];
  for (const one of outcomes) {
    const { user, X, last } = one.record;
    if (one.outcome === "failed" && one.error instanceof SequenceError) broken.add(user);
    else if (broken.has(user)) problems.push(`record ${X}: began anew without a word`);
    if (last) broken.delete(user);
  }
  return problems;
}
