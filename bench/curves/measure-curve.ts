import type { Work } from "../measure/compare-work.ts";
import { processMeter } from "../measure/meter.ts";
import { measureSlice, type Variant } from "../measure/slice.ts";
import { median } from "../measure/statistics.ts";
import { warmUp } from "../measure/warm-up.ts";
import type { CurveContext, Point } from "./curve.ts";

/** A place to measure. */
export interface Place {
  readonly x: number;
  readonly work: Work;
  /** Runs under way at a time. Default: 1. */
  readonly inFlight?: number;
  /** False for one whose runs are long, behind others that warm the same code. Default: true. */
  readonly warms?: boolean;
  /** Called when what comes counts. */
  readonly onWarm?: () => void;
}

/** CPU time for each row along a curve. */
export interface MeasuredCurve {
  readonly points: readonly Point[];
  /** See `Chart`. */
  readonly spread: number;
}

/** A place's own, behind what its curve was warmed with. */
const placeWarmUpMs = 250;
/** The code of a curve is that of all its places: one in its middle warms it until it is flat. */
const curveWarmUp = { leastRuns: 0, leastMs: 1600, mostMs: 6000 };
const sliceMs = 120;
const rounds = 7;
/** A place whose runs are long is measured less often. */
const budgetMs = 5000;

/**
 * Measures places by turns, round by round, so that a drift of the machine bends no curve: the median of
 * each place's rounds.
 */
export async function measureCurves(
  curves: readonly (readonly Place[])[],
  { effort }: CurveContext,
): Promise<readonly MeasuredCurve[]> {
  const places = curves.flat();
  const found = new Map<Place, number[]>(places.map((place) => [place, []]));
  const left = new Map<Place, number>(places.map((place) => [place, budgetMs * effort]));
  const measure = async ({ work, inFlight = 1 }: Place, ms: number): Promise<number> => {
    const { costUs } = await measureSlice(variantOf(work), { inFlight, sliceMs: ms * effort });
    return costUs / work.rows;
  };
  for (const curve of curves) await warmCurve(curve, effort);
  for (const place of places) {
    if (place.warms ?? true) await measure(place, placeWarmUpMs);
    place.onWarm?.();
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const place of round % 2 === 0 ? places : places.toReversed()) {
      const budget = left.get(place) ?? 0;
      if (budget <= 0) continue;
      const start = performance.now();
      found.get(place)?.push(await measure(place, sliceMs));
      left.set(place, budget - (performance.now() - start));
    }
  }
  for (const { work } of places) await work.close?.();
  const of = (place: Place): readonly number[] => found.get(place) ?? [];
  return curves.map((curve) => ({
    points: curve.map((place) => [place.x, median(of(place))]),
    spread: median(
      curve
        .map(of)
        .filter(({ length }) => length > 3)
        .map(spreadOf),
    ),
  }));
}

function spreadOf(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const at = (share: number): number =>
    sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
  return at(0.75) / at(0.25);
}

async function warmCurve(curve: readonly Place[], effort: number): Promise<void> {
  const warming = curve.filter(({ warms = true }) => warms);
  const place = warming[warming.length >>> 1];
  if (place === undefined) return;
  const { leastRuns, leastMs, mostMs } = curveWarmUp;
  const limits = { leastRuns, leastMs: leastMs * effort, mostMs: mostMs * effort };
  await warmUp([variantOf(place.work)], place.inFlight ?? 1, limits, processMeter);
}

function variantOf(work: Work): Variant {
  return { name: "", run: async () => work.run() };
}
