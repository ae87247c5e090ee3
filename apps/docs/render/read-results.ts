import { readFileSync } from "node:fs";
import { parseCurveLines, type CurveLine } from "@nereid/bench/curves/lines.ts";
import { parseLines, type ReportLine } from "@nereid/bench/report/lines.ts";

const results = new URL("../../../bench/results/", import.meta.url);

/** The lines of the last run of the suites. */
export function readReport(): readonly ReportLine[] {
  return parseLines(readFileSync(new URL("report.jsonl", results), "utf8"));
}

/** The lines of the last run of the curves. */
export function readCurves(): readonly CurveLine[] {
  return parseCurveLines(readFileSync(new URL("curves.jsonl", results), "utf8"));
}
