import type { MetricName } from "./metric-name.ts";

/** How a metric is measured. */
export type MetricKind = "counter" | "gauge" | "histogram";

/** One metric, as it is made and as it is documented. */
export interface MetricRow {
  readonly kind: MetricKind;
  readonly unit: string;
  /** Beside those of the model; one in brackets is there only where it applies. */
  readonly attributes: readonly string[];
  readonly meaning: string;
  /** Upper bounds of a histogram's buckets, in its unit. */
  readonly buckets?: readonly number[];
  /** Only there with `flinkNames`: what it repeats under the name that Flink's model functions use. */
  readonly repeats?: MetricName;
}

/** @see OpenTelemetry semantic conventions, "http.client.request.duration" */
export const seconds: readonly number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];
/** Buckets for rows in a batch. */
export const rows: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** A row of the table for what only grows. */
export const counter = (
  unit: string,
  attributes: readonly string[],
  meaning: string,
): MetricRow => ({
  kind: "counter",
  unit,
  attributes,
  meaning,
});
/** A row for a state that is observed. */
export const gauge = (unit: string, attributes: readonly string[], meaning: string): MetricRow => ({
  kind: "gauge",
  unit,
  attributes,
  meaning,
});
/** A row for a time in seconds. */
export const duration = (attributes: readonly string[], meaning: string): MetricRow => ({
  kind: "histogram",
  unit: "s",
  attributes,
  meaning,
  buckets: seconds,
});
