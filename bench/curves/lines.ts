import type { RunFacts } from "../report/machine.ts";
import type { Chart } from "./curve.ts";

/** A line of the results: what the run was made on, or a chart of it. */
export type CurveLine =
  | ({ readonly kind: "run"; readonly schema: 1; readonly seconds: number } & RunFacts)
  | ({ readonly kind: "chart" } & Chart);

/** Reads the lines of a run again. */
export function parseCurveLines(text: string): readonly CurveLine[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line): CurveLine => JSON.parse(line));
}
