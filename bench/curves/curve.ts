import type { Verdict } from "../suite.ts";

/** A place on a curve. */
export type Point = readonly [x: number, y: number];

/** A curve and its name; the name of the only one may be empty. */
export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

/** What a curve has to stay below. */
export interface Demand {
  /** In words, such as "at most 1.8 times that of 16 keys". */
  readonly text: string;
  /** Lines to draw; none for a demand on the shape alone. */
  readonly lines: readonly (readonly Point[])[];
  readonly verdict: Verdict;
}

/** A drawing's worth of curves: one line of the results. */
export interface Chart {
  /** Part of a file's name. */
  readonly chart: string;
  readonly title: string;
  /** What both axes count, with units; `bytes` are written as KiB and MiB. */
  readonly x: { readonly label: string; readonly bytes?: boolean };
  readonly y: { readonly label: string; readonly scale: "linear" | "log" };
  readonly series: readonly Series[];
  readonly demand?: Demand;
  /** Spread of the rounds of a point, the upper quartile over the lower; 1 on a quiet machine. */
  readonly spread?: number;
  readonly note?: string;
}

/** What an axis needs to know. */
export interface CurveContext {
  /** A fraction of the usual time for each point: 1 is a full run. */
  readonly effort: number;
  readonly say: (line: string) => void;
}

/** Something whose size grows, and what is seen along it. */
export interface Axis {
  readonly name: string;
  /** On a quiet machine. */
  readonly seconds: number;
  run(context: CurveContext): Promise<readonly Chart[]>;
}

/** Rounds that differ by more than this say nothing about a bound. */
const quietSpread = 1.15;

/** Judges a curve against lines: every point that has a bound must be below it. */
export function demandOf(
  text: string,
  curve: readonly Point[],
  lines: readonly (readonly Point[])[],
  spread: number,
): Demand {
  const isKept = curve.every(([x, y]) => lines.every((line) => y <= boundAt(line, x)));
  return { text, lines, verdict: verdictOf(isKept, spread) };
}

/** A demand that was looked at by other means, in the light of the spread. */
export function verdictOf(isKept: boolean, spread: number): Verdict {
  // Too few rounds for a spread are too few for a verdict.
  if (Number.isNaN(spread) || spread > quietSpread) return "noisy";
  return isKept ? "pass" : "fail";
}

/** The bound at x, straight between the line's points on a logarithmic axis; none outside of them. */
function boundAt(line: readonly Point[], x: number): number {
  for (const [index, [right, high]] of line.entries()) {
    if (x === right) return high;
    const [left, low] = line[index - 1] ?? [Number.POSITIVE_INFINITY, 0];
    if (x > left && x < right) {
      const share = Math.log(x / left) / Math.log(right / left);
      return low + share * (high - low);
    }
  }
  return Number.POSITIVE_INFINITY;
}
