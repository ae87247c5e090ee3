import type { Goal, ReportRow, SuiteContext } from "../suite.ts";
import { withEffort, type Optional } from "./effort.ts";
import { measurePair, type PairOptions } from "./paired.ts";
import { rowOfPair } from "./row.ts";
import type { Variant } from "./slice.ts";

/** Something that is done to many rows in one go, so that counting the runs costs nothing. */
export interface Work {
  /** Rows, elements or calls of one run. */
  readonly rows: number;
  /** @throws when what came out is not what should have */
  run(): unknown;
  close?(): Promise<unknown>;
}

/** How the two figures become the one that is judged. */
export type Measure = "ours / theirs" | "theirs / ours" | "ours - theirs" | "ours";

type MakeWork = () => Work | Promise<Work>;

/** Two pieces of work that are compared. */
export interface WorkComparison
  extends Pick<ReportRow, "suite" | "what" | "workload" | "unit">, Optional {
  readonly ours: MakeWork;
  /** Fresh at each call: the control is a second one of its kind. */
  readonly theirs: MakeWork;
  readonly measure: Measure;
  readonly goal?: Goal;
  readonly note?: string;
  /** Default: 16 to 60 slices of 60 ms. */
  readonly slicing?: Pick<PairOptions, "slices" | "sliceMs">;
}

/** Work of many rows is no request: its code is small, and soon compiled. */
const pairOptions: PairOptions = {
  inFlight: 1,
  sliceMs: 60,
  slices: { least: 16, most: 60, mostMs: 15_000 },
  warmUp: { leastRuns: 0, leastMs: 1600, mostMs: 5000 },
};

/** From ours / theirs and from what theirs costs. */
const figures: Readonly<Record<Measure, (ratio: number, theirUs: number) => number>> = {
  "ours / theirs": (ratio) => ratio,
  "theirs / ours": (ratio) => 1 / ratio,
  "ours - theirs": (ratio, theirUs) => theirUs * (ratio - 1),
  ours: (ratio, theirUs) => theirUs * ratio,
};

/** Compares the CPU time that both take for a row, in this process. */
export async function compareWork(
  comparison: WorkComparison,
  { effort, say }: Pick<SuiteContext, "effort" | "say">,
): Promise<ReportRow> {
  const { suite, what, workload, unit } = comparison;
  const labels = { suite, what, workload, unit };
  const { ours, theirs, measure, goal, note, slicing } = comparison;
  say(`${labels.suite}: ${labels.what}, ${labels.workload}`);
  const [theirWork, ourWork, twin] = [await theirs(), await ours(), await theirs()];
  const trio = {
    first: variantOf(theirWork),
    second: variantOf(ourWork),
    control: variantOf(twin),
  };
  const pair = await measurePair(trio, withEffort({ ...pairOptions, ...slicing }, effort));
  for (const work of [theirWork, ourWork, twin]) await work.close?.();
  const theirUs = pair.firstUs / theirWork.rows;
  const scale = theirWork.rows / ourWork.rows;
  return rowOfPair(
    {
      ...labels,
      ours: theirUs * pair.ratio * scale,
      theirs: theirUs,
      figureOf: (ratio) => figures[measure](ratio * scale, theirUs),
      ...(goal === undefined ? {} : { goal }),
      notes: note === undefined ? [] : [note],
    },
    pair,
  );
}

function variantOf(work: Work): Variant {
  return { name: "", run: async () => work.run() };
}
