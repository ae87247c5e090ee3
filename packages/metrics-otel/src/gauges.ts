import type { Attributes } from "@opentelemetry/api";
import type { CircuitState, EndpointCount, ModelStats, ServerAddress } from "@nereid/core";
import { serverAttributes } from "./conventions.ts";
import type { MetricName } from "./metric-name.ts";

/** One series of a gauge, as of now. */
export interface Level {
  readonly metric: MetricName;
  readonly attributes: Attributes;
  readonly value: number;
}

const circuitStates: readonly CircuitState[] = ["closed", "open", "half-open"];

/** Every gauge of a model. Those of what it does not have are missing. */
export function levelsOf(
  stats: ModelStats,
  model: Attributes,
  servers: readonly ServerAddress[],
): readonly Level[] {
  const { pool, endpoints } = stats;
  const level = (metric: MetricName, value: number): Level => ({
    metric,
    value,
    attributes: model,
  });
  return [
    level("nereid.records.waiting", stats.recordsWaiting),
    level("nereid.batches.under_way", stats.batchesUnderWay),
    level("nereid.in_flight", stats.inFlight),
    level("nereid.in_flight.limit", stats.maxInFlight),
    level("nereid.sequences.alive", stats.sequencesAlive),
    level("nereid.retry_budget.left", stats.retryBudgetLeft),
    ...(pool === undefined
      ? []
      : [
          level("nereid.pool.idle", pool.idle),
          level("nereid.pool.active", pool.active),
          level("nereid.pool.queued", pool.queued),
          level("nereid.pool.total", pool.total),
        ]),
    ...endpoints.flatMap((one) =>
      endpointLevels(one, { ...model, ...serverAttributes(servers, one.endpoint) }),
    ),
  ];
}

function endpointLevels({ circuit, ready }: EndpointCount, attributes: Attributes): Level[] {
  const states: Level[] = circuitStates.map((state) => ({
    metric: "nereid.circuit.state",
    value: state === circuit ? 1 : 0,
    attributes: { ...attributes, "nereid.state": state },
  }));
  const readiness: Level = {
    metric: "nereid.endpoint.ready",
    value: ready === true ? 1 : 0,
    attributes,
  };
  return [...(circuit === undefined ? [] : states), ...(ready === undefined ? [] : [readiness])];
}
