import type { Attributes } from "@opentelemetry/api";
import { errorType, type LayerEvent, type Layer, type TelemetrySubject } from "@nereid/core";
import { conventionFor, serverAttributes } from "./conventions.ts";
import type { Instruments } from "./instruments.ts";
import { modelAttributes, modelName } from "./model-attributes.ts";
import { quietly } from "./quietly.ts";
import { createSeries, type Series } from "./series.ts";
import { tensorBytes } from "./tensor-bytes.ts";
import { createTraffic, type Traffic } from "./traffic.ts";

/** What one model measures while it works. */
export interface ModelMetrics {
  readonly attempt: Layer;
  observe(event: LayerEvent): void;
  readonly traffic: Traffic;
  /** Hands over what histograms have not been told yet. */
  flush(): void;
}

/** Measures one model. */
export function measureModel(instruments: Instruments, subject: TelemetrySubject): ModelMetrics {
  const { clock, batchSize, servers } = subject;
  const model = modelAttributes(subject);
  const convention = conventionFor(subject.transport);
  const latency = instruments.histogram("nereid.latency");
  const duration = instruments.histogram(convention.durationMetric);
  const traffic = createTraffic();
  const answered = createSeries(latency, model);
  const batchRows = createSeries(instruments.histogram("nereid.batch.rows"), model);
  const flinkLatency =
    instruments.flinkLatency === undefined
      ? undefined
      : createSeries(instruments.flinkLatency, model);
  const exchanged = new Map<string | undefined, Series>();
  // Each attribute costs time.
  const exchange = {
    ...(convention.namesTransport ? modelName(subject) : model),
    ...convention.attributes,
  };
  const exchangedWith = (endpoint: string | undefined): Series => {
    const known = exchanged.get(endpoint);
    if (known !== undefined) return known;
    const server = serverAttributes(servers, endpoint);
    const attributes = { ...exchange, ...server, ...convention.answer(undefined) };
    const made = createSeries(duration, attributes);
    exchanged.set(endpoint, made);
    return made;
  };

  const attempt: Layer = (next) => (request, called) => {
    const startedAt = clock.now();
    traffic.sentBytes += tensorBytes(request.inputs);
    return next(request, called).then(
      (response) => {
        traffic.receivedBytes += tensorBytes(response.outputs);
        quietly(() => exchangedWith(called.endpoint).add((clock.now() - startedAt) / 1000));
        return response;
      },
      (error: unknown) => {
        quietly(() =>
          duration.record((clock.now() - startedAt) / 1000, {
            ...exchange,
            ...serverAttributes(servers, called.endpoint),
            ...convention.answer(error ?? unknown),
            ...failure(error),
          }),
        );
        throw error;
      },
    );
  };

  return {
    attempt,
    observe(event) {
      if (event.type === "call") {
        if (!("error" in event)) answered.add(event.durationMs / 1000);
        else latency.record(event.durationMs / 1000, { ...model, ...failure(event.error) });
        flinkLatency?.add(event.durationMs);
      } else if (event.type === "batch") {
        traffic.batches += 1;
        traffic.batchWaitMs += event.waitMs;
        if (batchSize > 1) batchRows.add(event.rows);
      } else if (event.type === "queued") traffic.placeWaitMs += event.waitMs;
    },
    traffic,
    flush() {
      for (const series of [answered, batchRows, ...exchanged.values()]) series.flush();
      flinkLatency?.flush();
    },
  };
}

function failure(error: unknown): Attributes {
  return { "error.type": errorType(error) };
}

/** Stands for a failure that has no reason at all. */
const unknown = "";
