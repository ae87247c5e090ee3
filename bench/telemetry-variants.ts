import { createModel, float32, type Telemetry } from "@nereid/core";
import { createTensor, type Transport } from "@nereid/core/transport-kit";
import { createOtelLayer } from "@nereid/metrics-otel";
import { metrics, trace } from "@opentelemetry/api";
import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import { measurePair, type Variant } from "./paired.ts";

/** What telemetry adds to a request, in microseconds of CPU time. */
export interface TelemetryCost {
  readonly name: string;
  readonly addedUs: number;
  /** The most that it may be. */
  readonly most: number;
  /** What a second model without telemetry costs over the first: the noise of this measurement. */
  readonly noise: number;
}

/** Answers in the same turn, so that nothing but the model's own work is measured. */
const instant: Transport = {
  name: "http",
  infer: async ({ model, inputs }) => ({
    modelName: model.name,
    outputs: [createTensor("OUT", "FP32", inputs[0]?.shape ?? [1], new Float32Array(1))],
  }),
  metadata: async ({ name }) => ({
    name,
    versions: ["1"],
    platform: "bench",
    maxBatchRows: 0,
    inputs: [{ name: "IN", datatype: "FP32", shape: [1] }],
    outputs: [{ name: "OUT", datatype: "FP32", shape: [1] }],
  }),
  ready: async () => true,
  close: async () => undefined,
  [Symbol.asyncDispose]: async () => undefined,
};

class SilentReader extends MetricReader {
  override async onForceFlush(): Promise<void> {}
  override async onShutdown(): Promise<void> {}
}

async function predictWith(name: string, telemetry?: Telemetry): Promise<Variant> {
  const model = await createModel({
    transport: instant,
    model: "m",
    inputs: { IN: float32() },
    outputs: { OUT: float32() },
    ...(telemetry === undefined ? {} : { telemetry }),
  });
  return { name, run: () => model.predict({ IN: 1 }) };
}

/** Measures telemetry with the API alone, and with the SDK's metrics. */
export async function measureTelemetry(): Promise<readonly TelemetryCost[]> {
  const options = { inFlight: 1, sliceMs: 100, slices: 30, warmUpRuns: 100_000 };
  const api = createOtelLayer({
    meterProvider: metrics.getMeterProvider(),
    tracerProvider: trace.getTracerProvider(),
  });
  const sdk = createOtelLayer({
    meterProvider: new MeterProvider({ readers: [new SilentReader()] }),
  });
  const plain = await predictWith("no telemetry");
  const { ratio: noise } = await measurePair(plain, await predictWith("no telemetry"), options);
  const costs: TelemetryCost[] = [];
  for (const { name, telemetry, most } of [
    { name: "API without an SDK", telemetry: api, most: 0.3 },
    { name: "metrics of the SDK", telemetry: sdk, most: 3 },
  ]) {
    const pair = await measurePair(plain, await predictWith(name, telemetry), options);
    // By the ratio, slice by slice: a machine that is busy for a while is so for both.
    costs.push({ name, most, addedUs: pair.firstUs * (pair.ratio - 1), noise });
  }
  return costs;
}
