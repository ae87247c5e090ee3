import { median } from "./statistics.ts";
import type { Variant } from "./slice.ts";

/** How latency is measured. */
export interface LatencyOptions {
  readonly inFlight: number;
  readonly sliceMs: number;
  readonly slices: number;
}

/** The 99th percentile of each in microseconds, and the median of second / first, slice by slice. */
export interface LatencyPair {
  readonly firstUs: number;
  readonly secondUs: number;
  readonly ratio: number;
}

/** Measures two variants in turn, after one slice of each that does not count. */
export async function measureLatency(
  first: Variant,
  second: Variant,
  options: LatencyOptions,
): Promise<LatencyPair> {
  for (const variant of [first, second]) await percentile99(variant, options);
  const slices: (readonly [number, number])[] = [];
  for (let slice = 0; slice < options.slices; slice += 1) {
    slices.push([await percentile99(first, options), await percentile99(second, options)]);
  }
  return {
    firstUs: median(slices.map(([one]) => one)),
    secondUs: median(slices.map(([, two]) => two)),
    ratio: median(slices.map(([one, two]) => two / one)),
  };
}

async function percentile99(
  variant: Variant,
  { inFlight, sliceMs }: LatencyOptions,
): Promise<number> {
  const end = performance.now() + sliceMs;
  const times: number[] = [];
  const lane = async (): Promise<void> => {
    for (let start = performance.now(); start < end; start = performance.now()) {
      await variant.run();
      times.push((performance.now() - start) * 1000);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  times.sort((left, right) => left - right);
  return times[Math.floor(times.length * 0.99)] ?? Number.NaN;
}
