import { judge, type ReportRow, type SuiteContext } from "../suite.ts";
import { offerLoad, type LoadResult, type Setting } from "./offered-load.ts";
import { capacityOf, type DeviceCurve } from "./simulated-device.ts";

const device: DeviceCurve = { batchMs: 2, rowMs: 0.02, maxRows: 128, networkMs: 0.3 };
const fullRows = 8000;

const rates: readonly number[] = [
  200,
  2000,
  10_000,
  20_000,
  0.93 * capacityOf(device, device.maxRows),
];

/** What someone who knows the device would try. */
const byHand: readonly Setting[] = [16, 64, 128].flatMap((batchSize) => [
  ...[1, 2, 4].map((maxInFlight) => ({ batchSize, maxInFlight })),
  { batchSize, maxInFlight: 2, batchTimeout: "5ms" },
]);

const describe = ({ batchSize, maxInFlight, batchTimeout }: Setting): string =>
  `batch-size ${batchSize}, max-in-flight ${maxInFlight}${batchTimeout === undefined ? "" : `, batch-timeout ${batchTimeout}`}`;

/** `auto` against the best setting by hand, at five rates of a device whose curve is known. */
export async function* comparePolicies({ effort, say }: SuiteContext): AsyncGenerator<ReportRow> {
  for (const rate of rates) {
    const workload = `${Math.round(rate)} rows/s`;
    say(`batching: batch-size auto against settings by hand, ${workload}`);
    const spanMs = Math.max(500, (1000 * fullRows * effort) / rate);
    const best = await findBest(rate, spanMs);
    const auto = await offerLoad(device, { batchSize: "auto" }, rate, spanMs);
    const ratio = auto.p99Ms / best.result.p99Ms;
    const goal = { most: 1.1 };
    yield {
      suite: "batching",
      what: "p99 of batch-size auto / of the best setting by hand",
      workload,
      unit: "ms, simulated device",
      ours: auto.p99Ms,
      theirs: best.result.p99Ms,
      ratio,
      goal,
      verdict: judge(ratio, goal, undefined),
      note: `best by hand: ${describe(best.setting)}`,
    };
    if (rate === rates.at(-1)) yield throughputRow(auto, workload, spanMs);
  }
}

async function findBest(
  rate: number,
  spanMs: number,
): Promise<{ readonly setting: Setting; readonly result: LoadResult }> {
  let best: { readonly setting: Setting; readonly result: LoadResult } | undefined;
  for (const setting of byHand) {
    // A setting that cannot carry the load only takes time.
    if (capacityOf(device, Number(setting.batchSize)) < rate) continue;
    const result = await offerLoad(device, setting, rate, spanMs);
    if (best === undefined || result.p99Ms < best.result.p99Ms) best = { setting, result };
  }
  if (best === undefined) throw new Error(`no setting by hand carries ${rate} rows/s`);
  return best;
}

function throughputRow({ answered, arrived }: LoadResult, workload: string, ms: number): ReportRow {
  const ratio = answered / arrived;
  const goal = { least: 0.99 };
  return {
    suite: "batching",
    what: "rows answered by batch-size auto / rows offered",
    workload: `${workload}, 0.93 of what the device can do`,
    unit: "rows/s, simulated device",
    ours: (1000 * answered) / ms,
    theirs: (1000 * arrived) / ms,
    ratio,
    goal,
    verdict: judge(ratio, goal, undefined),
  };
}
