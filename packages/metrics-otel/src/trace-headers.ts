import { isSpanContextValid, type SpanContext } from "@opentelemetry/api";

/**
 * The headers that carry a span to the server; none for a span that nobody made.
 *
 * @see W3C, "Trace Context"
 */
export function traceHeaders(span: SpanContext): Readonly<Record<string, string>> {
  if (!isSpanContextValid(span)) return {};
  const flags = span.traceFlags.toString(16).padStart(2, "0");
  const tracestate = span.traceState?.serialize() ?? "";
  return {
    traceparent: `00-${span.traceId}-${span.spanId}-${flags}`,
    ...(tracestate === "" ? {} : { tracestate }),
  };
}
