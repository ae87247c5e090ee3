export { createOtelLayer, type OtelLayerOptions } from "./otel-layer.ts";
export {
  metrics,
  modelAttributeNames,
  type MetricKind,
  type MetricName,
  type MetricRow,
} from "./metrics.ts";
