import { judge, type Goal, type ReportRow, type Verdict } from "../suite.ts";
import { disturbed, mostWaiting } from "./neighbours.ts";
import type { PairResult } from "./paired.ts";

/** What a row is made of besides the pair that was measured. */
export interface RowFacts extends Pick<
  ReportRow,
  "suite" | "what" | "workload" | "unit" | "ours" | "theirs"
> {
  /** What the ratio second / first becomes in this row. */
  readonly figureOf: (ratio: number) => number;
  readonly goal?: Goal;
  readonly notes: readonly string[];
}

/** A row of the report, judged in the light of how sure its figure is. */
export function rowOfPair(facts: RowFacts, pair: PairResult): ReportRow {
  const { figureOf, goal, notes, ...labels } = facts;
  const ratio = figureOf(pair.ratio);
  const ends = pair.interval.map(figureOf).sort((one, other) => one - other);
  const [low = Number.NaN, high = Number.NaN] = ends;
  const farEnds = widened(pair.interval, pair.control).map(figureOf);
  const row: ReportRow = {
    ...labels,
    ratio,
    ...(goal === undefined ? {} : { goal }),
    control: pair.control,
    verdict: judgeWithin({ ratio, ends, farEnds, goal, control: pair.control }),
    note: [
      `95 % in ${low.toPrecision(3)} to ${high.toPrecision(3)}, ${pair.slices} slices`,
      ...(pair.isFlat ? [] : ["not flat after warming up"]),
      ...notes,
    ].join("; "),
  };
  return pair.waited > mostWaiting ? disturbed(row, pair.waited) : row;
}

/** A figure and what is known of how sure it is. */
export interface Judged {
  readonly ratio: number;
  /** Of its interval. */
  readonly ends: readonly number[];
  /** Of its interval, if all of what the control is off had to be added to it. */
  readonly farEnds: readonly number[];
  readonly goal: Goal | undefined;
  readonly control: number;
}

/** An interval of ratios with all of what its control is off at both ends. */
export function widened(
  [low, high]: readonly [number, number],
  control: number,
): readonly [number, number] {
  const off = Math.max(control, 1 / control);
  return [low / off, high * off];
}

/**
 * A median beyond the goal that may as well lie within it says nothing, and nor does one whose control is off,
 * unless it is so far from the goal that this could not have changed its side.
 */
export function judgeWithin({ ratio, ends, farEnds, goal, control }: Judged): Verdict {
  const verdict = judge(ratio, goal, control);
  if (goal === undefined) return verdict;
  const isPass = (end: number): boolean => judge(end, goal) === "pass";
  if (verdict === "noisy") {
    if (farEnds.every(isPass)) return "pass";
    return farEnds.some(isPass) ? "noisy" : "fail";
  }
  return verdict === "fail" && ends.some(isPass) ? "noisy" : verdict;
}
