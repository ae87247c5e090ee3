import { noPause } from "./pause.ts";
import { createBatchTuner, type BatchTuner } from "../batching/batch-tuner.ts";
import { tuningLayer } from "../batching/tuning-layer.ts";
import type { RecordPlan } from "../record/plan.ts";
import { createVirtualClock, type VirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createGatherer, type Gatherer } from "./gather.ts";
import {
  createSimulatedDevice,
  type DeviceCurve,
  type SimulatedDevice,
} from "./simulated-device.fixture.ts";

/** A setting by hand, or what is to be as good as the best of them. */
export type Setting = { readonly batchSize: number; readonly slots: number } | "auto";

/** What is loaded, and how. */
export interface LoadOptions {
  readonly curve: DeviceCurve;
  readonly setting: Setting;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly maxRows?: number;
  readonly noise?: () => number;
}

/** What came of the rows that arrived in a span of time. */
export interface LoadResult {
  readonly p50: number;
  readonly p99: number;
  readonly arrived: number;
  /** Rows answered within the span, whenever they arrived. */
  readonly answered: number;
  readonly batches: readonly number[];
}

/** Rows that arrive one by one, as by chance. */
export interface Load {
  readonly clock: VirtualClock;
  readonly device: SimulatedDevice;
  readonly tuner: BatchTuner | undefined;
  /** Latencies of rows that arrive in the coming milliseconds. */
  run(rowsPerSecond: number, ms: number): Promise<LoadResult>;
}

const version = "1";

/** A gatherer over a simulated device. */
export function createLoad({ curve, setting, random, maxRows = 128, noise }: LoadOptions): Load {
  const clock = createVirtualClock();
  const device = createSimulatedDevice(clock, curve, noise);
  const tuner = setting === "auto" ? createBatchTuner(maxRows, clock) : undefined;
  let latencies: number[] = [];
  let batches: number[] = [];
  let answered = 0;

  const infer = async (rows: number): Promise<void> => {
    batches.push(rows);
    await device.run(rows);
  };
  const layer = tuner === undefined ? undefined : tuningLayer(tuner);
  const gatherer: Gatherer<number, null> = createGatherer<number, null>({
    slots: () => (setting === "auto" ? 100 : setting.slots),
    ...(tuner === undefined ? {} : { sizing: tuner }),
    maxRows: setting === "auto" ? maxRows : setting.batchSize,
    maxBytes: Number.POSITIVE_INFINITY,
    batchTimeoutMs: 0,
    timeoutMs: Number.POSITIVE_INFINITY,
    clock,
    endOfTurn: (callback) => clock.setTimer(callback, 0),
    runner: {
      model: { name: "simulated", version },
      plan: planOfTimes,
      outputs: [],
      explain: (error) => Promise.resolve(error),
      infer: (request, call) => {
        const send = async () => {
          await infer(call.rows ?? 1);
          return { modelName: request.model.name, modelVersion: version, outputs: [] };
        };
        return layer === undefined ? send() : layer(send)(request, call);
      },
      pause: noPause,
      maxRetries: 0,
      decorate: () => ({}),
    },
    onFailure: ({ record, done }, error, attempts) =>
      done({ outcome: "failed", record, error, attempts }),
  });
  const scope = { cancelled: false, patient: true, at: 0 };

  return {
    clock,
    device,
    tuner,
    async run(rowsPerSecond, ms) {
      latencies = [];
      batches = [];
      answered = 0;
      const mine = latencies;
      let arrived = 0;
      const end = clock.now() + ms;
      const arrive = (): void => {
        const at = clock.now();
        arrived += 1;
        gatherer.submit(at, scope, {
          done() {
            answered += 1;
            mine.push(clock.now() - at);
          },
        });
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
      await clock.advance(ms);
      const sorted = mine.toSorted((a, b) => a - b);
      const quantile = (q: number): number => sorted[Math.floor(q * (sorted.length - 1))] ?? 0;
      return { p50: quantile(0.5), p99: quantile(0.99), arrived, answered, batches };
    },
  };
}

const planOfTimes: RecordPlan<number, null> = {
  maxBatchRows: Number.POSITIVE_INFINITY,
  inputs: {
    measure: (record) => ({ record, shapeKey: "", bytes: 8 }),
    encode: (records) => ({ tensors: [], accepted: records.map((_, i) => i), rejected: [] }),
  },
  outputs: { names: [], decode: (_, rows) => Array.from({ length: rows }, () => null) },
};
