import type { ReportRow } from "../suite.ts";
import type { ReportLine } from "./lines.ts";

/** Two quiet runs of one row differ by less. */
const tolerance = 1.25;

/**
 * Rows that miss their goal, and are worse than the last kept run has them. What that run missed already is
 * told beside its table, and is no regression.
 */
export function regressionsOf(
  rows: readonly ReportRow[],
  kept: readonly ReportLine[],
): readonly ReportRow[] {
  return rows.filter((row) => row.verdict === "fail" && !isKnown(row, kept));
}

function isKnown(row: ReportRow, kept: readonly ReportLine[]): boolean {
  const last = kept.find(
    (line) =>
      line.kind === "row" &&
      line.suite === row.suite &&
      line.what === row.what &&
      line.workload === row.workload,
  );
  if (last?.kind !== "row" || row.goal === undefined) return false;
  return "most" in row.goal
    ? row.ratio <= last.ratio * tolerance
    : row.ratio >= last.ratio / tolerance;
}
