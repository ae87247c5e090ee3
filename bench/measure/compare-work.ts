import { judge, type Goal, type ReportRow, type SuiteContext } from "../suite.ts";
import { measurePair, type Variant } from "./paired.ts";

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
export interface WorkComparison extends Pick<ReportRow, "suite" | "what" | "workload" | "unit"> {
  readonly ours: MakeWork;
  /** Fresh at each call: the control is a second one of its kind. */
  readonly theirs: MakeWork;
  readonly measure: Measure;
  readonly goal?: Goal;
  readonly note?: string;
}

const slices = 24;
const sliceMs = 60;
const warmUpMs = 1200;

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
  const { ours, theirs, measure, goal, note, ...labels } = comparison;
  say(`${labels.suite}: ${labels.what}, ${labels.workload}`);
  const [theirWork, ourWork, twin] = [await theirs(), await ours(), await theirs()];
  const pair = await measurePair(variantOf(theirWork), variantOf(ourWork), {
    inFlight: 1,
    sliceMs,
    slices: Math.max(6, Math.round(slices * effort)),
    warmUpRuns: Number.POSITIVE_INFINITY,
    warmUpMs: warmUpMs * effort,
    control: variantOf(twin),
  });
  for (const work of [theirWork, ourWork, twin]) await work.close?.();
  const theirUs = pair.firstUs / theirWork.rows;
  const scale = theirWork.rows / ourWork.rows;
  const figureOf = (ratio: number): number => figures[measure](ratio * scale, theirUs);
  const [ratio, ...interval] = [pair.ratio, ...pair.interval].map(figureOf) as [
    number,
    number,
    number,
  ];
  const [low, high] = interval.sort((one, other) => one - other);
  const within = `95 % in ${low.toPrecision(3)} to ${high.toPrecision(3)}`;
  const control = pair.control ?? Number.NaN;
  const verdict = judge(ratio, goal, control);
  // A median beyond the goal that may as well lie within it says nothing.
  const isOpen =
    verdict === "fail" && [low, high].some((one) => judge(one, goal, control) === "pass");
  return {
    ...labels,
    ours: theirUs * pair.ratio * scale,
    theirs: theirUs,
    ratio,
    ...(goal === undefined ? {} : { goal }),
    control,
    verdict: isOpen ? "noisy" : verdict,
    note: note === undefined ? within : `${within}; ${note}`,
  };
}

function variantOf(work: Work): Variant {
  return { name: "", run: async () => work.run() };
}
