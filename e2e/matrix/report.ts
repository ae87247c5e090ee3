import type { Defect } from "./defects.ts";
import type { FaultRow, Wire } from "./fault-row.ts";
import type { RowRun } from "./run-row.ts";

/** A run with what was run. */
export interface ReportedRun {
  readonly row: FaultRow;
  readonly wire: Wire;
  readonly ordered: boolean;
  readonly run: RowRun;
  readonly elapsedMs: number;
}

/** The matrix as a markdown table. */
export function formatMatrix(runs: readonly ReportedRun[]): string {
  const lines = runs.map(({ row, wire, ordered, run, elapsedMs }) =>
    [
      row.id,
      row.what,
      wire,
      ordered ? "ordered" : "unordered",
      run.attempts.join(", ") || "none",
      run.retried ? "yes" : "no",
      `${run.ok} ok, ${run.failed} failed${run.codes.length === 0 ? "" : ` (${run.codes.join()})`}${run.stopped === undefined ? "" : `, stopped (${run.stopped})`}`,
      run.events.join(", ") || "none",
      String(Math.round(elapsedMs)),
      run.problems.length === 0 ? "as expected" : "NOT as expected",
    ].join(" | "),
  );
  return [
    "| row | fault | wire | order | failed attempts | retried | records | seen by the proxy | ms | verdict |",
    "| --- | --- | --- | --- | --- | --- | --- | --- | ---: | --- |",
    ...lines.map((line) => `| ${line} |`),
  ].join("\n");
}

/** What the product does not hold yet, as a list. */
export function formatDefects(defects: readonly Defect[]): string {
  const lines = defects.map(
    ({ id, wire, found, runs }) =>
      `- ${id} over ${wire}${runs === false ? " (not run)" : ""}: ${found}`,
  );
  return ["\n\nKnown defects:\n", ...lines].join("\n");
}
