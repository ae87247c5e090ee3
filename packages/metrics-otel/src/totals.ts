import type { Attributes } from "@opentelemetry/api";
import type { ModelStats, ServerAddress } from "@nereid/core";
import { serverAttributes } from "./conventions.ts";
import type { MetricName } from "./metric-name.ts";
import type { Traffic } from "./traffic.ts";

/** One series of a counter: how much there has been of it. */
export interface Total {
  readonly metric: MetricName;
  readonly attributes: Attributes;
  readonly value: number;
}

/**
 * Every counter of a model, from what was counted so far. Kinds that are known beforehand are listed from the start, with 0: the
 * first one is an increase only where there was a 0 before.
 */
export function totalsOf(
  stats: ModelStats,
  traffic: Traffic,
  model: Attributes,
  servers: readonly ServerAddress[],
): readonly Total[] {
  const totals: Total[] = [];
  const add = (metric: MetricName, value: number, attributes: Attributes = {}): void => {
    totals.push({ metric, value, attributes: { ...model, ...attributes } });
  };
  const { requests, records } = stats;
  add("nereid.requests", requests.succeeded, { "nereid.outcome": "ok" });
  add("nereid.requests", sum(requests.failed), { "nereid.outcome": "failed" });
  add("nereid.success", requests.succeeded);
  for (const [type, count] of Object.entries(requests.failed)) {
    add("nereid.failure", count, { "error.type": type });
  }
  add("nereid.output_rows", records.ok, { "nereid.outcome": "ok" });
  add("nereid.output_rows", sum(records.fallback), { "nereid.outcome": "fallback" });
  add("nereid.records", records.ok, { "nereid.outcome": "ok" });
  for (const outcome of ["fallback", "failed"] as const) {
    for (const [type, count] of Object.entries(records[outcome])) {
      add("nereid.records", count, { "nereid.outcome": outcome, "error.type": type });
    }
  }
  add("nereid.attempts", stats.attempts);
  for (const [reason, count] of Object.entries(stats.retries)) {
    add("nereid.retries", count, { "nereid.reason": reason });
  }
  for (const [reason, count] of Object.entries(stats.retriesStopped)) {
    add("nereid.retries.stopped", count, { "nereid.reason": reason });
  }
  add("nereid.hedges", stats.hedges.sent);
  add("nereid.hedges.won", stats.hedges.won);
  for (const [waitingFor, count] of Object.entries(stats.deadlinesWhileWaiting)) {
    add("nereid.deadline.waits", count, { "nereid.waiting_for": waitingFor });
  }
  add("nereid.batches", traffic.batches);
  add("nereid.queue.time", traffic.batchWaitMs / 1000, { "nereid.waiting_for": "batch" });
  add("nereid.queue.time", traffic.placeWaitMs / 1000, { "nereid.waiting_for": "place" });
  add("nereid.io", traffic.sentBytes, { "nereid.direction": "sent" });
  add("nereid.io", traffic.receivedBytes, { "nereid.direction": "received" });
  for (const [change, count] of Object.entries(stats.sequences)) {
    add("nereid.sequences", count, { "nereid.change": change });
  }
  for (const { endpoint, openings } of stats.endpoints) {
    add("nereid.circuit.openings", openings, serverAttributes(servers, endpoint));
  }
  return totals;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((left, right) => left + right, 0);
}
