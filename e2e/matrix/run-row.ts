import { inspect } from "node:util";
import { UnavailableError } from "@nereid/core";
import { createOutcomeChecker } from "@nereid/testing";
import { canary, openStage, type Stage } from "./stage.ts";
import type { Expectation, FaultRow, InRecord, MatrixSettled, Wire } from "./fault-row.ts";

/** What a run of a row showed. */
export interface RowRun {
  /** Failed attempts by kind: `transport/unknown`. */
  readonly attempts: readonly string[];
  readonly retried: boolean;
  readonly ok: number;
  readonly failed: number;
  /** What the stream ended with before its end. */
  readonly stopped: string | undefined;
  /** Codes of failed records. */
  readonly codes: readonly string[];
  /** Kinds of faults that the proxy saw. */
  readonly events: readonly string[];
  /** What is not as it should be; empty when all is well. */
  readonly problems: readonly string[];
}

/** Records in a run. */
export const rowCount = 64;

/** Runs a row: 64 records in batches of 16, of which some meet the fault. */
export async function runRow(row: FaultRow, wire: Wire, ordered: boolean): Promise<RowRun> {
  const prototype = inspect(Reflect.ownKeys(Object.prototype));
  const stage = await openStage(row, wire);
  const records = Array.from({ length: rowCount }, (_, ID): InRecord => {
    const record = { ID, VALUE: ID };
    return row.inject.record?.(record) ?? record;
  });
  const checker = createOutcomeChecker<InRecord, MatrixSettled, number>({
    keyOf: ({ ID }) => ID,
    keyOfOutcome: ({ record }) => record.ID,
    matches: (record, settled) => settled.outcome !== "ok" || settled.row.OUT === record.VALUE * 2,
    ordered,
  });
  const settled: MatrixSettled[] = [];
  let stopped: string | undefined;
  try {
    await stage.arm();
    for (const record of records) checker.sent(record);
    const acting = row.inject.act?.({
      proxy: stage.proxy,
      repository: stage.repository,
      replaceModel: stage.replaceModel,
      attemptErrors: () => stage.seen.errors.length,
    });
    try {
      for await (const outcome of stage.model.settleAll(records, { ordered })) {
        settled.push(outcome);
        checker.outcome(outcome);
      }
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error;
      stopped = error.code;
    }
    await acting;
  } finally {
    await stage[Symbol.asyncDispose]();
  }
  const run = { ...summarize(stage, settled), stopped };
  const report = checker.report();
  // What a stopped stream left inside is not settled; nothing else is missing.
  const unfinished = stopped === undefined ? 0 : report.lost.count;
  const offences = [
    report.lost,
    report.doubled,
    report.reordered,
    report.mismatched,
    report.unexpected,
  ];
  const isExact = offences.reduce((sum, { count }) => sum + count, 0) === unfinished;
  const problems = [
    ...(isExact ? [] : [`not exactly once: ${inspect(report)}`]),
    ...ledgerProblems(stage, settled),
    ...(inspect(Reflect.ownKeys(Object.prototype)) === prototype ? [] : ["a prototype changed"]),
    ...secretsIn(stage, settled),
    ...unsaid(settled, { ...row.expect, ...row.on?.[wire] }),
    ...unexpected(run, { ...row.expect, ...row.on?.[wire] }, row),
  ];
  return { ...run, problems };
}

function summarize({ seen, proxy }: Stage, settled: readonly MatrixSettled[]) {
  const failed = settled.flatMap((one) => (one.outcome === "failed" ? [one.error.code] : []));
  return {
    attempts: unique(seen.errors.map(({ code, delivery }) => `${code}/${delivery}`)),
    retried: seen.retries > 0,
    ok: settled.filter(({ outcome }) => outcome === "ok").length,
    failed: failed.length,
    codes: unique(failed),
    events: unique(proxy.events.map(({ kind }) => kind)),
  };
}

/** A row that came out took effect; what was never sent did not. */
function ledgerProblems({ effects }: Stage, settled: readonly MatrixSettled[]): readonly string[] {
  return settled.flatMap(({ outcome, record }) =>
    outcome === "ok" && !effects.has(record.ID)
      ? [`record ${record.ID} has a row without effect`]
      : [],
  );
}

function secretsIn({ seen }: Stage, settled: readonly MatrixSettled[]): readonly string[] {
  const errors = settled.flatMap((one) => (one.outcome === "failed" ? [one.error] : []));
  const text = [...seen.errors, ...errors]
    .map((error) => `${inspect(error, { depth: 12, showHidden: true })}${JSON.stringify(error)}`)
    .join("\n");
  return text.includes(canary) ? ["a secret is printed"] : [];
}

/** Each failed record is told why, where the row says how. */
function unsaid(settled: readonly MatrixSettled[], { says = "" }: Expectation): readonly string[] {
  const other = settled.find(
    (one) => one.outcome === "failed" && !one.error.message.includes(says),
  );
  return other?.outcome === "failed"
    ? [`message: expected "${says}", found "${other.error.message}"`]
    : [];
}

type Observed = Omit<RowRun, "problems">;

function unexpected(run: Observed, expected: Expectation, { inject }: FaultRow): readonly string[] {
  const { outcome } = expected;
  const kinds = expected.attempts.map(({ code, delivery }) => `${code}/${delivery}`);
  const events = expected.events ?? unique((inject.bytes ?? []).map(({ kind }) => kind));
  const wanted = isWanted(run, outcome);
  const isOfKinds =
    run.attempts.every((kind) => kinds.includes(kind)) &&
    run.attempts.length > 0 === kinds.length > 0;
  return [
    ...(isOfKinds ? [] : [`attempts: expected ${kinds.join()}, found ${run.attempts.join()}`]),
    ...(expected.retried === "or split" || run.retried === expected.retried
      ? []
      : [`retried: expected ${expected.retried}, found ${run.retried}`]),
    ...(wanted
      ? []
      : [
          `outcome: expected ${inspect(outcome)}, found ${run.ok} ok, ${run.failed} ${run.codes.join()}, ${run.stopped}`,
        ]),
    ...(events.every((kind) => run.events.includes(kind))
      ? []
      : [`events: expected ${events.join()}, found ${run.events.join()}`]),
  ];
}

function isWanted(run: Observed, outcome: Expectation["outcome"]): boolean {
  if (outcome === "ok") return run.ok === rowCount;
  if ("stopped" in outcome) return run.failed === 0 && run.stopped === outcome.stopped;
  const some = outcome.failed === "all" ? run.ok === 0 : run.ok > 0;
  return run.failed > 0 && some && run.codes.join() === outcome.code;
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
