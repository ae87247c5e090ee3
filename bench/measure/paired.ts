import { median, medianInterval } from "./statistics.ts";

/** Something to measure: `run` does it once. */
export interface Variant {
  readonly name: string;
  run(): Promise<unknown>;
  /** Ends its connections. */
  close?(): Promise<unknown>;
}

/** CPU time of both for each run, measured in turn in one process. */
export interface PairResult {
  readonly first: string;
  readonly second: string;
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
  /** Median of control / first, where there is a control. */
  readonly control?: number;
}

/** How a pair is measured. */
export interface PairOptions {
  readonly inFlight: number;
  readonly sliceMs: number;
  readonly slices: number;
  readonly warmUpRuns: number;
  /** CPU time that warms one of them up, or twice as much of the clock. Default: until `warmUpRuns`. */
  readonly warmUpMs?: number;
  /** Another one of the first's kind: what the ratio of equals is on this machine, at this time. */
  readonly control?: Variant;
}

/** What one variant did in a while. */
export interface Slice {
  readonly runs: number;
  /** CPU microseconds for each run. */
  readonly costUs: number;
  readonly perSecond: number;
}

/**
 * Measures two variants in slices, in the order A B B A, so that a drift of the machine hits both. The
 * control takes its turn on the other side of B.
 */
export async function measurePair(
  first: Variant,
  second: Variant,
  options: PairOptions,
): Promise<PairResult> {
  const { control } = options;
  const line = control === undefined ? [first, second] : [first, second, control];
  for (const variant of line) await warmUp(variant, options);
  const taken = new Map<Variant, Slice[]>(line.map((variant) => [variant, []]));
  for (let slice = 0; slice < options.slices; slice += 1) {
    for (const variant of slice % 2 === 0 ? line : line.toReversed()) {
      taken.get(variant)?.push(await measureSlice(variant, options));
    }
  }
  const slicesOf = (variant: Variant): readonly Slice[] => taken.get(variant) ?? [];
  const costOf = (variant: Variant): number => median(slicesOf(variant).map((one) => one.costUs));
  const ratios = (variant: Variant): readonly number[] =>
    slicesOf(variant).map((one, slice) => one.costUs / (slicesOf(first)[slice]?.costUs ?? 0));
  return {
    first: first.name,
    second: second.name,
    firstUs: costOf(first),
    secondUs: costOf(second),
    firstPerSecond: median(slicesOf(first).map((one) => one.perSecond)),
    secondPerSecond: median(slicesOf(second).map((one) => one.perSecond)),
    ratio: median(ratios(second)),
    interval: medianInterval(ratios(second)),
    ...(control === undefined ? {} : { control: median(ratios(control)) }),
  };
}

/** Runs a variant for a while, always as many at once; all of them end within the slice. */
export async function measureSlice(
  variant: Variant,
  { inFlight, sliceMs }: Pick<PairOptions, "inFlight" | "sliceMs">,
): Promise<Slice> {
  const start = performance.now();
  const end = start + sliceMs;
  const before = process.cpuUsage();
  let runs = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < end) {
      await variant.run();
      runs += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const { user, system } = process.cpuUsage(before);
  return {
    runs,
    costUs: (user + system) / runs,
    perSecond: (runs * 1000) / (performance.now() - start),
  };
}

async function warmUp(
  variant: Variant,
  { inFlight, warmUpRuns, warmUpMs = Number.POSITIVE_INFINITY }: PairOptions,
): Promise<void> {
  const before = process.cpuUsage();
  const end = performance.now() + 2 * warmUpMs;
  // Compilers see CPU time; on a machine that is shared the clock says little of it.
  const isWarm = (): boolean => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 >= warmUpMs || performance.now() >= end;
  };
  let left = warmUpRuns;
  const lane = async (): Promise<void> => {
    while (left > 0 && !isWarm()) {
      left -= 1;
      await variant.run();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}
