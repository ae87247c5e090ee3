export { createOtelLayer, type OtelLayerOptions } from "./otel-layer.ts";
export type { MetricName } from "./metric-name.ts";
export type { MetricKind, MetricRow } from "./metric-row.ts";
export { metrics, modelAttributeNames } from "./metrics.ts";
