/** Something to measure: `run` does it once. */
export interface Variant {
  readonly name: string;
  run(): Promise<unknown>;
}

/** CPU time of both for each run, measured in turn in one process. */
export interface PairResult {
  readonly first: string;
  readonly second: string;
  /** CPU microseconds for each run, medians over the slices. */
  readonly firstUs: number;
  readonly secondUs: number;
  /** Median of second / first, slice by slice. */
  readonly ratio: number;
}

/** How a pair is measured. */
export interface PairOptions {
  readonly inFlight: number;
  readonly sliceMs: number;
  readonly slices: number;
  readonly warmUpRuns: number;
}

/** Measures two variants in slices, in the order A B B A, so that a drift of the machine hits both. */
export async function measurePair(
  first: Variant,
  second: Variant,
  options: PairOptions,
): Promise<PairResult> {
  for (const variant of [first, second]) await runMany(variant, options, options.warmUpRuns);
  const costs: (readonly [number, number])[] = [];
  for (let slice = 0; slice < options.slices; slice += 1) {
    const order = slice % 2 === 0 ? [first, second] : [second, first];
    const measured = new Map<Variant, number>();
    for (const variant of order) measured.set(variant, await measureSlice(variant, options));
    costs.push([measured.get(first) ?? 0, measured.get(second) ?? 0]);
  }
  return {
    first: first.name,
    second: second.name,
    firstUs: median(costs.map(([one]) => one)),
    secondUs: median(costs.map(([, two]) => two)),
    ratio: median(costs.map(([one, two]) => two / one)),
  };
}

async function measureSlice(variant: Variant, { inFlight, sliceMs }: PairOptions): Promise<number> {
  const end = performance.now() + sliceMs;
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
  return (user + system) / runs;
}

async function runMany(variant: Variant, { inFlight }: PairOptions, runs: number): Promise<void> {
  let left = runs;
  const lane = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await variant.run();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[sorted.length >>> 1] ?? Number.NaN;
}
