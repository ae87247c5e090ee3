import type { Meter } from "./meter.ts";
import { measureSlice, type Slice, type Variant } from "./slice.ts";
import { median } from "./statistics.ts";

/** When something is warm. */
export interface WarmUp {
  /** Compilers count: what is slow reaches its speed late. */
  readonly leastRuns: number;
  /** CPU time of each variant before its slope is looked at. */
  readonly leastMs: number;
  /** CPU time of each that ends the warming up, flat or not. */
  readonly mostMs: number;
}

/** Slices that are set beside as many before them. */
const span = 4;
/** Cheaper than before by more than this is a slope. */
const slope = 0.05;

/** True when the last slices are hardly cheaper than those before them. */
export function isFlat(costs: readonly number[]): boolean {
  if (costs.length < 2 * span) return false;
  const last = median(costs.slice(-span));
  const before = median(costs.slice(-2 * span, -span));
  return last >= (1 - slope) * before;
}

/**
 * Runs variants in turn, as they will be measured, until all of them are flat: one that was warmed alone
 * meets code that was compiled for it alone, and gets slower with the next one's.
 *
 * @returns true when each of them was flat in the end
 */
export async function warmUp(
  variants: readonly Variant[],
  inFlight: number,
  { leastRuns, leastMs, mostMs }: WarmUp,
  meter: Meter,
): Promise<boolean> {
  const sliceMs = leastMs / (2 * span);
  const taken = variants.map((variant) => ({ variant, slices: [] as Slice[] }));
  const isWarm = (slices: readonly Slice[]): boolean =>
    total(slices, "runs") >= leastRuns &&
    total(slices, "cpuMs") >= leastMs &&
    isFlat(slices.map(({ costUs }) => costUs));
  const isOver = (slices: readonly Slice[]): boolean => total(slices, "cpuMs") >= mostMs;
  // On a machine that is shared the clock runs ahead of the CPU time.
  const end = meter.now() + 1.5 * mostMs * variants.length;
  while (meter.now() < end) {
    for (const { variant, slices } of taken) {
      slices.push(await measureSlice(variant, { inFlight, sliceMs }, meter));
    }
    if (taken.every(({ slices }) => isWarm(slices))) return true;
    if (taken.every(({ slices }) => isOver(slices))) return false;
  }
  return false;
}

function total(slices: readonly Slice[], what: "runs" | "cpuMs"): number {
  return slices.reduce((sum, slice) => sum + slice[what], 0);
}
