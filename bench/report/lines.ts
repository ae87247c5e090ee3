import type { ReportRow } from "../suite.ts";
import type { RunFacts } from "./machine.ts";

/** A line of a run's JSON file: what it was made with, a row, or how long a suite took. */
export type ReportLine =
  | ({ readonly kind: "run"; readonly schema: 1 } & RunFacts)
  | ({ readonly kind: "row" } & ReportRow)
  | { readonly kind: "suite"; readonly name: string; readonly seconds: number };

/** Suites of which there are rows, and which did not come to their end. */
export function unfinished(lines: readonly ReportLine[]): readonly string[] {
  const ended = lines.flatMap((line) => (line.kind === "suite" ? [line.name] : []));
  const begun = lines.flatMap((line) => (line.kind === "row" ? [line.suite] : []));
  return [...new Set(begun)].filter((name) => !ended.includes(name));
}

/** Reads the lines of a run again. */
export function parseLines(text: string): readonly ReportLine[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): ReportLine => JSON.parse(line));
}
