import type { Attributes } from "@opentelemetry/api";
import { errorType, type LayerEvent, type Layer, type TelemetrySubject } from "@nereid/core";
import { conventionFor, serverAttributes } from "./conventions.ts";
import type { Instruments } from "./instruments.ts";
import { modelAttributes, modelName } from "./model-attributes.ts";
import { tensorBytes } from "./tensor-bytes.ts";
import { createTraffic, type Traffic } from "./traffic.ts";

/** What one model measures while it works. */
export interface ModelMetrics {
  readonly attempt: Layer;
  observe(event: LayerEvent): void;
  readonly traffic: Traffic;
}

/** Measures one model.  */
export function measureModel(instruments: Instruments, subject: TelemetrySubject): ModelMetrics {
  const { clock, batchSize } = subject;
  const model = modelAttributes(subject);
  const convention = conventionFor(subject.transport);
  const latency = instruments.histogram("nereid.latency");
  const batchRows = instruments.histogram("nereid.batch.rows");
  const duration = instruments.histogram(convention.durationMetric);
  const traffic = createTraffic();
  const callEnd = createEnds((error) => ({ ...model, ...failure(error) }));
  const attemptEnd = createEnds((error, endpoint) => ({
    // Each attribute costs time.
    ...(convention.namesTransport ? modelName(subject) : model),
    ...convention.attributes,
    ...serverAttributes(subject.servers, endpoint),
    ...convention.answer(error),
    ...failure(error),
  }));

  const attempt: Layer = (next) => (request, called) => {
    const startedAt = clock.now();
    traffic.sentBytes += tensorBytes(request.inputs);
    const ended = (error?: unknown): void =>
      duration.record((clock.now() - startedAt) / 1000, attemptEnd(error, called.endpoint));
    return next(request, called).then(
      (response) => {
        ended();
        traffic.receivedBytes += tensorBytes(response.outputs);
        return response;
      },
      (error: unknown) => {
        ended(error ?? unknown);
        throw error;
      },
    );
  };

  return {
    attempt,
    observe(event) {
      if (event.type === "call") {
        latency.record(event.durationMs / 1000, callEnd(event.error));
        instruments.flinkLatency?.record(event.durationMs, model);
      } else if (event.type === "batch") {
        traffic.batches += 1;
        traffic.batchWaitMs += event.waitMs;
        if (batchSize > 1) batchRows.record(event.rows, model);
      } else if (event.type === "queued") traffic.placeWaitMs += event.waitMs;
    },
    traffic,
  };
}

function failure(error: unknown): Attributes {
  return error === undefined ? {} : { "error.type": errorType(error) };
}

/** Stands for a failure that has no reason at all. */
const unknown = "";

/** Keeps the attributes of a good end, which is nearly every one, for each endpoint. */
function createEnds(
  attributesOf: (error: unknown, endpoint: string | undefined) => Attributes,
): (error: unknown, endpoint?: string) => Attributes {
  const good = new Map<string | undefined, Attributes>();
  return (error, endpoint) => {
    if (error !== undefined) return attributesOf(error, endpoint);
    const known = good.get(endpoint);
    if (known !== undefined) return known;
    const made = attributesOf(undefined, endpoint);
    good.set(endpoint, made);
    return made;
  };
}
