import { judge, type Goal, type ReportRow, type SuiteContext } from "../suite.ts";
import { measurePair, type PairOptions, type PairResult, type Variant } from "./paired.ts";

/** A variant, made afresh at each call: the control is a second one of its kind. */
export type MakeVariant = () => Variant | Promise<Variant>;

/** Ours beside something else, as a suite's table has it. */
export interface Comparison {
  readonly suite: string;
  readonly what: string;
  readonly workload: string;
  readonly theirs: MakeVariant;
  readonly ours: MakeVariant;
  readonly pair: PairOptions;
  /** `most` bounds ours / theirs, `least` theirs / ours; without a goal it is ours / theirs. */
  readonly goal?: Goal;
  readonly note?: string;
}

/** Measures one comparison by CPU time, in this process. */
export async function compare(comparison: Comparison, context: SuiteContext): Promise<ReportRow> {
  const { suite, what, workload, goal, pair } = comparison;
  context.say(`${suite}: ${what}, ${workload}`);
  const [theirs, ours, control] = [
    await comparison.theirs(),
    await comparison.ours(),
    await comparison.theirs(),
  ];
  const slices = Math.max(6, Math.round(pair.slices * context.effort));
  const { warmUpMs = Number.POSITIVE_INFINITY } = pair;
  const result = await measurePair(theirs, ours, {
    ...pair,
    slices,
    control,
    warmUpMs: warmUpMs * Math.min(1, 0.2 + context.effort),
  });
  for (const variant of [theirs, ours, control]) await variant.close?.();
  return {
    suite,
    what,
    workload,
    unit: "CPU µs per request",
    ours: result.secondUs,
    theirs: result.firstUs,
    ...verdictOf(result, goal, comparison.note),
  };
}

type Judged = Pick<ReportRow, "ratio" | "goal" | "control" | "verdict" | "note">;

function verdictOf(result: PairResult, goal: Goal | undefined, note: string | undefined): Judged {
  const { control = Number.NaN } = result;
  const isGain = goal !== undefined && "least" in goal;
  const turn = (ratio: number): number => (isGain ? 1 / ratio : ratio);
  const [low, high] = result.interval.map(turn).sort((left, right) => left - right) as [
    number,
    number,
  ];
  const verdict = judge(turn(result.ratio), goal, control);
  const best = isGain ? high : low;
  // A median beyond the goal that may as well lie within it says nothing.
  const isOpen = verdict === "fail" && judge(best, goal, control) === "pass";
  const rates = `${rate(result.secondPerSecond)} and ${rate(result.firstPerSecond)} per second`;
  const interval = `95 % in ${figure(low)} to ${figure(high)}`;
  return {
    ratio: turn(result.ratio),
    ...(goal === undefined ? {} : { goal }),
    control,
    verdict: isOpen ? "noisy" : verdict,
    note: [interval, rates, ...(note === undefined ? [] : [note])].join("; "),
  };
}

function rate(perSecond: number): string {
  return perSecond.toPrecision(3).includes("e")
    ? Math.round(perSecond).toLocaleString("en")
    : Number(perSecond.toPrecision(3)).toLocaleString("en");
}

function figure(ratio: number): string {
  return ratio.toPrecision(3);
}
