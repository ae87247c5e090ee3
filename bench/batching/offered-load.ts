import { createModel, float32, type ModelOptionsInput } from "@nereid/core";
import { createRandom } from "../measure/statistics.ts";
import { createSimulatedDevice, type DeviceCurve } from "./simulated-device.ts";
import { createVirtualClock } from "./virtual-clock.ts";

/** What a user can set. */
export type Setting = Pick<ModelOptionsInput, "batchSize" | "maxInFlight" | "batchTimeout">;

/** What came of the rows of a span of time. */
export interface LoadResult {
  readonly p99Ms: number;
  readonly arrived: number;
  /** Rows answered within the span, whenever they arrived. */
  readonly answered: number;
}

const settleMs = 1000;
/** So long after the last row, what has gathered has been answered by any setting that carries the load. */
const drainMs = 5000;

/**
 * Offers rows to a model over a simulated device, at times drawn by chance but the same for every
 * setting, and looks at what comes out behind a second to settle in. Time is virtual.
 */
export async function offerLoad(
  curve: DeviceCurve,
  setting: Setting,
  rowsPerSecond: number,
  spanMs: number,
): Promise<LoadResult> {
  const clock = createVirtualClock();
  const model = await createModel({
    ...setting,
    transport: createSimulatedDevice(clock, curve),
    model: "simulated",
    inputs: { IN: float32() },
    outputs: { OUT: float32() },
    timeout: "1h",
    maxRetries: 0,
    clock,
    endOfTurn: (callback) => clock.setTimer(callback, 0),
  });
  const random = createRandom(7);
  const end = settleMs + spanMs;
  const latencies: number[] = [];
  let arrived = 0;
  let answered = 0;
  const failures: unknown[] = [];
  const arrive = (): void => {
    const at = clock.now();
    const isCounted = at >= settleMs;
    arrived += isCounted ? 1 : 0;
    model.predict({ IN: 1 }).then(
      () => {
        const now = clock.now();
        if (now >= settleMs && now <= end) answered += 1;
        if (isCounted) latencies.push(now - at);
      },
      (error: unknown) => failures.push(error),
    );
  };
  const next = (): void => {
    const gapMs = (-Math.log(1 - random()) * 1000) / rowsPerSecond;
    if (clock.now() + gapMs >= end) return;
    clock.setTimer(() => {
      arrive();
      next();
    }, gapMs);
  };
  next();
  await clock.advance(end + drainMs);
  if (failures.length > 0) throw failures[0];
  if (latencies.length < arrived) {
    throw new Error(`expected ${arrived} rows to be answered, found ${latencies.length}`);
  }
  latencies.sort((one, other) => one - other);
  const p99Ms = latencies[Math.floor(0.99 * (arrived - 1))] ?? Number.NaN;
  return { p99Ms, arrived, answered };
}
