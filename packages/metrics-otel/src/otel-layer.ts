import {
  createNoopMeter,
  ProxyTracerProvider,
  type MeterProvider,
  type Tracer,
  type TracerProvider,
} from "@opentelemetry/api";
import { stack, type Layer } from "@nereid/core/transport-kit";
import type { ModelTelemetry, Telemetry, TelemetrySubject } from "@nereid/core";
import { createInstruments } from "./instruments.ts";
import { measureModel, type ModelMetrics } from "./model-metrics.ts";
import { createModelReaders } from "./model-reader.ts";
import { traceModel } from "./model-spans.ts";
import { currentOrigin } from "./origins.ts";

/** Where metrics and spans go. What is missing is not measured, and costs nothing. */
export interface OtelLayerOptions {
  /** Such as `metrics.getMeterProvider()` of the API, once an SDK is registered there. */
  readonly meterProvider?: MeterProvider;
  /** Such as `trace.getTracerProvider()` of the API. */
  readonly tracerProvider?: TracerProvider;
  /** Also counts under the names of Flink's model functions. Default: false. */
  readonly flinkNames?: boolean;
  /**
   * Asks servers for their own statistics whenever metrics are read: one call for each model and server,
   * which tells the server's time from the network's. Triton has them. Default: false.
   */
  readonly serverStatistics?: boolean;
}

const scope = "@nereid/metrics-otel";

/**
 * Makes the layer that observes models: a call as a whole, and each of its attempts. One serves any
 * number of models; pass it to `createModel` as `telemetry`.
 */
export function createOtelLayer(options: OtelLayerOptions): Telemetry {
  const metricsOf = createMetrics(options);
  return {
    open(subject) {
      const measured = metricsOf?.(subject);
      const tracer = tracerOf(options.tracerProvider);
      const traced = tracer === undefined ? undefined : traceModel(tracer, subject);
      const opened: ModelTelemetry = {
        call: joined(traced?.call),
        attempt: joined(traced?.attempt, measured?.attempt),
        close: () => measured?.close(),
        ...(measured === undefined ? {} : { observe: (event) => measured.observe(event) }),
        ...(traced === undefined ? {} : { origin: currentOrigin }),
      };
      return opened;
    },
  };
}

interface MeasuredModel extends Pick<ModelMetrics, "attempt" | "observe"> {
  close(): void;
}

/** Undefined when nothing would be measured: without a provider, or with one that only pretends. */
function createMetrics({
  meterProvider,
  flinkNames = false,
  serverStatistics = false,
}: OtelLayerOptions): ((subject: TelemetrySubject) => MeasuredModel) | undefined {
  const meter = meterProvider?.getMeter(scope);
  if (meter === undefined || meter.constructor === createNoopMeter().constructor) return undefined;
  const instruments = createInstruments(meter, flinkNames);
  const readers = createModelReaders(instruments, serverStatistics);
  return (subject) => {
    const measured = measureModel(instruments, subject);
    const reader = readers.add(subject, measured);
    return { ...measured, close: () => reader.remove() };
  };
}

/** Undefined when nothing would be traced: without a provider, or before an SDK was registered. */
function tracerOf(provider: TracerProvider | undefined): Tracer | undefined {
  const isIdle =
    provider instanceof ProxyTracerProvider && provider.getDelegateTracer(scope) === undefined;
  return isIdle ? undefined : provider?.getTracer(scope);
}

function joined(...layers: readonly (Layer | undefined)[]): Layer {
  return stack(...layers.filter((layer) => layer !== undefined));
}
