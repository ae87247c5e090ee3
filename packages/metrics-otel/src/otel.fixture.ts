import type { ModelStatistics } from "@nereid/core";
import type { ReportingTransport, PoolStats } from "@nereid/core/transport-kit";
import { createTensor, ServerError, type Call } from "@nereid/core/transport-kit";
import {
  MeterProvider,
  MetricReader,
  type DataPoint,
  type MetricData,
} from "@opentelemetry/sdk-metrics";

/** A reader that reads when the test says so. */
export class TestReader extends MetricReader {
  override async onForceFlush(): Promise<void> {}
  override async onShutdown(): Promise<void> {}
}

/** An SDK whose metrics a test can look at. */
export interface TestMeter {
  readonly meterProvider: MeterProvider;
  read(): Promise<readonly MetricData[]>;
  /** The points of one metric; empty when it is not there. */
  points(name: string): Promise<readonly DataPoint<unknown>[]>;
  /** The value, or a histogram's count, of the one series that has at least these attributes. */
  value(name: string, attributes?: Readonly<Record<string, unknown>>): Promise<number | undefined>;
}

export function createTestMeter(): TestMeter {
  const reader = new TestReader();
  const meterProvider = new MeterProvider({ readers: [reader] });
  const read = async (): Promise<readonly MetricData[]> => {
    const { resourceMetrics, errors } = await reader.collect();
    if (errors.length > 0) throw new AggregateError(errors);
    return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  };
  const points: TestMeter["points"] = async (name) => {
    const found = (await read()).find(({ descriptor }) => descriptor.name === name);
    return found?.dataPoints ?? [];
  };
  return {
    meterProvider,
    read,
    points,
    async value(name, attributes = {}) {
      const matching = (await points(name)).filter((point) =>
        Object.entries(attributes).every(([key, value]) => point.attributes[key] === value),
      );
      if (matching.length > 1) throw new Error(`${matching.length} series of ${name}`);
      const [point] = matching;
      return countOf(point?.value);
    },
  };
}

function countOf(value: unknown): number | undefined {
  if (typeof value === "number" || value === undefined) return value;
  if (typeof value !== "object" || value === null || !("count" in value)) return undefined;
  return typeof value.count === "number" ? value.count : undefined;
}

/** A transport to a model that doubles `x`, and does what `gate` says before. */
export interface TestTransport extends ReportingTransport {
  gate: (call: Call) => Promise<void>;
  pool: PoolStats | undefined;
  isStateful: boolean;
  readonly calls: Call[];
}

export function createTestTransport(name = "test"): TestTransport {
  const transport: TestTransport = {
    name,
    calls: [],
    pool: undefined,
    isStateful: false,
    gate: async () => undefined,
    async infer({ model, inputs }, call) {
      transport.calls.push(call);
      await transport.gate(call);
      call.signal.throwIfAborted();
      const [input] = inputs;
      if (input?.datatype !== "FP32") throw new Error("no FP32 input");
      if (input.data.some((value) => value < 0)) throw serverError("rejected", 400);
      const data = input.data.map((value) => value * 2);
      return { modelName: model.name, outputs: [createTensor("y", "FP32", input.shape, data)] };
    },
    metadata: async ({ name: model }) => ({
      name: model,
      versions: ["1"],
      platform: "test",
      maxBatchRows: 64,
      inputs: [{ name: "x", datatype: "FP32", shape: [-1, 1] }],
      outputs: [{ name: "y", datatype: "FP32", shape: [-1, 1] }],
      ...(transport.isStateful ? { sequence: {} } : {}),
    }),
    ready: async () => true,
    report: () => ({
      servers: [{ endpoint: "http://gpu-1:8000", address: "gpu-1", port: 8000 }],
      ...(transport.pool === undefined ? {} : { pool: transport.pool }),
    }),
    close: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
  return transport;
}

export function serverError(outcome: ServerError["outcome"], status: number): ServerError {
  return new ServerError("refused", { outcome, status, serverText: "" });
}

/** What a server says that has answered so many requests in so many seconds, half of them in its queue. */
export function statisticsOf(requests: number, seconds: number): ModelStatistics {
  const half = { count: BigInt(requests), ns: BigInt(Math.round(seconds * 5e8)) };
  return {
    name: "ranker",
    version: "1",
    lastInferenceMs: 0n,
    inferenceCount: half.count,
    executionCount: half.count,
    durations: { success: half, queue: half, compute_infer: half },
  };
}
