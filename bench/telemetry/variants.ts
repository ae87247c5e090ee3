import { createModel, float32, type Telemetry } from "@nereid/core";
import { createTensor, type Transport } from "@nereid/core/transport-kit";
import { createOtelLayer } from "@nereid/metrics-otel";
import { metrics, trace } from "@opentelemetry/api";
import { MeterProvider, MetricReader } from "@opentelemetry/sdk-metrics";
import type { Variant } from "../measure/slice.ts";
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

const runsInSlice = 300;

/** Measures telemetry with the API alone, and with the SDK's metrics. */
export async function measureTelemetry(effort: number): Promise<readonly ReportRow[]> {
  const api = createOtelLayer({
    meterProvider: metrics.getMeterProvider(),
    tracerProvider: trace.getTracerProvider(),
  });
  const sdk = createOtelLayer({
    meterProvider: new MeterProvider({ readers: [new SilentReader()] }),
  });
  const variants = [
    await predictWith("no telemetry"),
    await predictWith("no telemetry"),
    await predictWith("API without an SDK", api),
    await predictWith("metrics of the SDK", sdk),
  ];
  const slices = Math.max(50, Math.round(400 * effort));
  const [first = 0, second = 0, ofApi = 0, ofSdk = 0] = await measureAll(variants, slices);
  const base = (first + second) / 2;
  const row = (what: string, cost: number, most: number): ReportRow => ({
    suite: "telemetry",
    what: `µs that ${what} adds to a request`,
    workload: "transport that answers at once",
    unit: "CPU µs per request",
    ours: cost,
    theirs: base,
    ratio: cost - base,
    goal: { most },
    control: second / first,
    verdict: judge(cost - base, { most }, second / first),
  });
  return [row("the API without an SDK", ofApi, 0.3), row("the SDK's metrics", ofSdk, 3)];
}

/**
 * CPU microseconds for each run of several variants, in short slices one after the other. The lowest
 * decile: a busy machine only adds to what a slice costs.
 */
async function measureAll(
  variants: readonly Variant[],
  slices: number,
): Promise<readonly number[]> {
  const slice = async ({ run }: Variant): Promise<number> => {
    const before = process.cpuUsage();
    for (let left = runsInSlice; left > 0; left -= 1) await run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / runsInSlice;
  };
  const measured = variants.map((variant) => ({ variant, costs: [] as number[] }));
  for (const { variant } of measured) {
    for (let left = slices; left > 0; left -= 1) await slice(variant);
  }
  for (let turn = 0; turn < slices; turn += 1) {
    for (const { variant, costs } of turn % 2 === 0 ? measured : measured.toReversed()) {
      costs.push(await slice(variant));
    }
  }
  return measured.map(
    ({ costs }) => costs.toSorted((a, b) => a - b)[Math.floor(costs.length / 10)] ?? 0,
  );
}
