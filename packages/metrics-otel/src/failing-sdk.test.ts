import type { Histogram, MeterProvider, TracerProvider } from "@opentelemetry/api";
import { SimpleSpanProcessor, TracerProvider as SdkTracerProvider } from "@opentelemetry/sdk-trace";
import { createModel } from "@nereid/core";
import { expect, it } from "vitest";
import { createOtelLayer, type OtelLayerOptions } from "./index.ts";
import { createTestMeter, createTestTransport, serverError } from "./otel.fixture.ts";

const fail = (): never => {
  throw new Error("an exporter that fails");
};

function failingMeters(): MeterProvider {
  const { meterProvider } = createTestMeter();
  return {
    getMeter(name) {
      const meter = meterProvider.getMeter(name);
      meter.createHistogram = (): Histogram => ({ record: fail });
      return meter;
    },
  };
}

function failingSpans(): TracerProvider {
  const processor = new SimpleSpanProcessor({
    exporter: { export: fail, shutdown: async () => undefined },
  });
  processor.onEnd = fail;
  return new SdkTracerProvider({ spanProcessors: [processor] });
}

const failing: readonly (readonly [string, OtelLayerOptions])[] = [
  ["measurements", { meterProvider: failingMeters(), flinkNames: true }],
  ["spans that end", { tracerProvider: failingSpans() }],
  [
    "spans that start",
    { tracerProvider: { getTracer: () => ({ startSpan: fail, startActiveSpan: fail }) } },
  ],
];

it.each(failing)(
  "answers, retries and fails as ever when an SDK throws at %s",
  async (_, options) => {
    const transport = createTestTransport("http");
    const model = await createModel({
      transport,
      model: "ranker",
      telemetry: createOtelLayer(options),
      maxRetries: 1,
      retryInitialBackoff: 1,
      retryBudget: 1,
    });
    for (let sent = 0; sent < 300; sent += 1) {
      await expect(model.predict({ x: sent })).resolves.toEqual({ y: sent * 2 });
    }
    await expect(model.predict({ x: -1 })).rejects.toThrow("refused");
    transport.gate = async ({ attempt }) => {
      if (attempt === 1) throw serverError("unavailable", 503);
    };
    await expect(model.predict({ x: 1 })).resolves.toEqual({ y: 2 });
    await model.close();
  },
);
