import type { ReportRow } from "../suite.ts";
import type { RunFacts } from "./machine.ts";

/** A line of a run's JSON file: what it was made with, a row, or how long a suite took. */
export type ReportLine =
  | ({ readonly kind: "run"; readonly schema: 1 } & RunFacts)
  | ({ readonly kind: "row" } & ReportRow)
  | { readonly kind: "suite"; readonly name: string; readonly seconds: number };

/** Reads the lines of a run again. */
export function parseLines(text: string): readonly ReportLine[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): ReportLine => JSON.parse(line));
}
