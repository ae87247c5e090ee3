import type { Goal, ReportRow, SuiteContext } from "../suite.ts";
import { measurePair, type PairOptions } from "./paired.ts";
import { withEffort } from "./effort.ts";
import { rowOfPair } from "./row.ts";
import type { Variant } from "./slice.ts";

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
  const { suite, what, workload, goal, pair, note } = comparison;
  context.say(`${suite}: ${what}, ${workload}`);
  const trio = {
    first: await comparison.theirs(),
    second: await comparison.ours(),
    control: await comparison.theirs(),
  };
  const result = await measurePair(trio, withEffort(pair, context.effort));
  for (const variant of Object.values(trio)) await variant.close?.();
  const isGain = goal !== undefined && "least" in goal;
  const rates = `${rate(result.secondPerSecond)} and ${rate(result.firstPerSecond)} per second`;
  return rowOfPair(
    {
      suite,
      what,
      workload,
      unit: "CPU µs per request",
      ours: result.secondUs,
      theirs: result.firstUs,
      figureOf: (ratio) => (isGain ? 1 / ratio : ratio),
      ...(goal === undefined ? {} : { goal }),
      notes: [rates, ...(note === undefined ? [] : [note])],
    },
    result,
  );
}

function rate(perSecond: number): string {
  return perSecond.toPrecision(3).includes("e")
    ? Math.round(perSecond).toLocaleString("en")
    : Number(perSecond.toPrecision(3)).toLocaleString("en");
}
