import { processMeter, type Meter } from "./meter.ts";

/** Something to measure: `run` does it once. */
export interface Variant {
  readonly name: string;
  run(): Promise<unknown>;
  /** Ends its connections. */
  close?(): Promise<unknown>;
}

/** How long a slice is, and how much is under way in it. */
export interface SliceOptions {
  readonly inFlight: number;
  readonly sliceMs: number;
}

/** What one variant did in a while. */
export interface Slice {
  readonly runs: number;
  readonly cpuMs: number;
  /** CPU microseconds for each run. */
  readonly costUs: number;
  readonly perSecond: number;
  /** Share of the time in which others had the core of this thread. */
  readonly waited: number;
}

/** Runs a variant for a while, always as many at once; all of them end within the slice. */
export async function measureSlice(
  variant: Variant,
  { inFlight, sliceMs }: SliceOptions,
  meter: Meter = processMeter,
): Promise<Slice> {
  const waitedBefore = meter.waitedMs();
  const start = meter.now();
  const end = start + sliceMs;
  const before = meter.cpuUs();
  let runs = 0;
  const lane = async (): Promise<void> => {
    while (meter.now() < end) {
      await variant.run();
      runs += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const cpuUs = meter.cpuUs() - before;
  const tookMs = meter.now() - start;
  return {
    runs,
    cpuMs: cpuUs / 1000,
    costUs: cpuUs / runs,
    perSecond: (runs * 1000) / tookMs,
    waited: Math.max(0, meter.waitedMs() - waitedBefore) / tookMs,
  };
}
