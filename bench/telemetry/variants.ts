import { createModel, float32, type Telemetry } from "@nereid/core";
import { createTensor, type Transport } from "@nereid/core/transport-kit";
import { createOtelLayer } from "@nereid/metrics-otel";
import { metrics, trace } from "@opentelemetry/api";
import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import { measurePair, type Variant } from "../measure/paired.ts";
import { judge, type ReportRow } from "../suite.ts";

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
export async function* measureTelemetry(effort: number): AsyncGenerator<ReportRow> {
  const slices = Math.max(6, Math.round(24 * effort));
  const options = { inFlight: 1, sliceMs: 100, slices, warmUpRuns: 100_000, warmUpMs: 2500 };
  const api = createOtelLayer({
    meterProvider: metrics.getMeterProvider(),
    tracerProvider: trace.getTracerProvider(),
  });
  const sdk = createOtelLayer({
    meterProvider: new MeterProvider({ readers: [new SilentReader()] }),
  });
  for (const { name, telemetry, most } of [
    { name: "the API without an SDK", telemetry: api, most: 0.3 },
    { name: "the SDK's metrics", telemetry: sdk, most: 3 },
  ]) {
    const [plain, control] = [await predictWith("none"), await predictWith("none")];
    const pair = await measurePair(plain, await predictWith(name, telemetry), {
      ...options,
      control,
    });
    // By the ratio, slice by slice: a machine that is busy for a while is so for both.
    const addedUs = pair.firstUs * (pair.ratio - 1);
    yield {
      suite: "telemetry",
      what: `µs that ${name} adds to a request`,
      workload: "transport that answers at once",
      unit: "CPU µs per request",
      ours: pair.secondUs,
      theirs: pair.firstUs,
      ratio: addedUs,
      goal: { most },
      control: pair.control ?? Number.NaN,
      verdict: judge(addedUs, { most }, pair.control),
    };
  }
}
