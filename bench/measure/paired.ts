import { processMeter, type Meter } from "./meter.ts";
import { mostWaiting } from "./neighbours.ts";
import { measureSlice, type Slice, type SliceOptions, type Variant } from "./slice.ts";
import { isNarrow, median, medianInterval } from "./statistics.ts";
import { warmUp, type WarmUp } from "./warm-up.ts";

/** CPU time of both for each run, measured in turn in one process. */
export interface PairResult {
  /** CPU microseconds for each run, medians over the slices. */
  readonly firstUs: number;
  readonly secondUs: number;
  /** Runs in a second of the clock, medians over the slices. */
  readonly firstPerSecond: number;
  readonly secondPerSecond: number;
  /** Median of second / first, slice by slice. */
  readonly ratio: number;
  /** Where that median lies with a probability of 95 %. */
  readonly interval: readonly [number, number];
  /** Median of control / first. */
  readonly control: number;
  /** Slices of each that count. */
  readonly slices: number;
  /** False when one of them still got cheaper as its warming up ended. */
  readonly isFlat: boolean;
  /** Share of the counted slices' time in which others had the core. */
  readonly waited: number;
}

/** How many are taken: as many as make the medians sure, within bounds. */
export interface SampleBounds {
  readonly least: number;
  readonly most: number;
  /** What takes longer ends with what there is, and with the least at least. */
  readonly mostMs: number;
}

/** How a pair is measured. */
export interface PairOptions extends SliceOptions {
  readonly slices: SampleBounds;
  readonly warmUp: WarmUp;
}

/** Two that are compared, and another one of the first's kind: what the ratio of equals is here and now. */
export interface Trio {
  readonly first: Variant;
  readonly second: Variant;
  readonly control: Variant;
}

/** A slice of each, next to each other in time. */
type Turn = Readonly<Record<keyof Trio, Slice>>;

/** Both medians, of the ratio and of its control, are wanted to within this fraction. */
const precision = 0.04;

/**
 * Measures two variants in slices, in the order A B B A, so that a drift of the machine hits both. The
 * control takes its turn on the other side of B. Slices in which others had the core are taken again.
 */
export async function measurePair(
  trio: Trio,
  options: PairOptions,
  meter: Meter = processMeter,
): Promise<PairResult> {
  const { first, second, control } = trio;
  const isWarm = await warmUp([first, second, control], options.inFlight, options.warmUp, meter);
  const turns = await takeTurns(trio, options, meter);
  const of = (who: keyof Trio, what: keyof Slice): readonly number[] =>
    turns.map((turn) => turn[who][what]);
  const ratios = ratiosOf(turns, "second");
  return {
    firstUs: median(of("first", "costUs")),
    secondUs: median(of("second", "costUs")),
    firstPerSecond: median(of("first", "perSecond")),
    secondPerSecond: median(of("second", "perSecond")),
    ratio: median(ratios),
    interval: medianInterval(ratios),
    control: median(ratiosOf(turns, "control")),
    slices: turns.length,
    isFlat: isWarm,
    waited: median(turns.map(waitedOf)),
  };
}

/** Stops by how sure the medians are, and never by what they say. */
async function takeTurns(trio: Trio, options: PairOptions, meter: Meter): Promise<readonly Turn[]> {
  const { least, most, mostMs } = options.slices;
  const end = meter.now() + mostMs;
  const all: Turn[] = [];
  const quiet: Turn[] = [];
  const isEnough = (): boolean =>
    quiet.length >= least &&
    quiet.length % 2 === 0 &&
    isNarrow(ratiosOf(quiet, "second"), precision) &&
    isNarrow(ratiosOf(quiet, "control"), precision);
  const isOver = (): boolean =>
    quiet.length >= most || (all.length >= least && meter.now() >= end) || isEnough();
  while (!isOver()) {
    const turn = await takeTurn(trio, all.length % 2 === 1, options, meter);
    all.push(turn);
    if (waitedOf(turn) <= mostWaiting) quiet.push(turn);
  }
  return quiet.length >= least ? quiet : all;
}

async function takeTurn(
  { first, second, control }: Trio,
  isBackward: boolean,
  options: SliceOptions,
  meter: Meter,
): Promise<Turn> {
  const take = (variant: Variant): Promise<Slice> => measureSlice(variant, options, meter);
  const [before, after] = isBackward ? [control, first] : [first, control];
  const slices = [await take(before), await take(second), await take(after)] as const;
  const [one, middle, two] = slices;
  return isBackward
    ? { first: two, second: middle, control: one }
    : { first: one, second: middle, control: two };
}

function ratiosOf(turns: readonly Turn[], who: "second" | "control"): readonly number[] {
  return turns.map((turn) => turn[who].costUs / turn.first.costUs);
}

function waitedOf({ first, second, control }: Turn): number {
  return Math.max(first.waited, second.waited, control.waited);
}
