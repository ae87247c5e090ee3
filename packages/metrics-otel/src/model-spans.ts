import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type Tracer,
} from "@opentelemetry/api";
import { errorType, type Layer, type TelemetrySubject } from "@nereid/core";
import { ancestryOf } from "./origins.ts";
import { conventionFor, serverAttributes } from "./conventions.ts";
import { modelAttributes } from "./model-attributes.ts";
import { traceHeaders } from "./trace-headers.ts";

/** What one model traces. */
export interface ModelSpans {
  /** A span for each request, below the span that its records come from, or linked to theirs. */
  readonly call: Layer;
  /** A span for each exchange below that; the server is told of it. */
  readonly attempt: Layer;
}

/** Makes the spans of one model. */
export function traceModel(tracer: Tracer, subject: TelemetrySubject): ModelSpans {
  const model = modelAttributes(subject);
  const convention = conventionFor(subject.transport);

  const call: Layer = (next) => (request, called) => {
    const { parent, links } = ancestryOf(called.origins);
    const attributes = { ...model, "nereid.batch.rows": called.rows ?? 1 };
    const options = { kind: SpanKind.INTERNAL, attributes, links };
    const span = tracer.startSpan(`infer ${subject.model.name}`, options, parent);
    // The attempt finds its parent where the call found its own.
    const origins = [trace.setSpan(parent, span)];
    return ending(
      span,
      () => next(request, { ...called, origins }),
      () => ({}),
    );
  };

  const attempt: Layer = (next) => (request, called) => {
    const { parent } = ancestryOf(called.origins);
    const attributes = {
      ...model,
      ...convention.attributes,
      ...serverAttributes(subject.servers, called.endpoint),
      ...resendCount(called.attempt),
    };
    const options = { kind: SpanKind.CLIENT, attributes };
    const span = tracer.startSpan(convention.spanName, options, parent);
    const headers = { ...called.headers, ...traceHeaders(span.spanContext()) };
    const within: Context = trace.setSpan(parent, span);
    return ending(
      span,
      () => context.with(within, () => next(request, { ...called, headers })),
      (error) => convention.answer(error),
    );
  };
  return { call, attempt };
}

/** @see OpenTelemetry semantic conventions, "http.request.resend_count" */
function resendCount(attempt: number): Attributes {
  return attempt === 1 ? {} : { "http.request.resend_count": attempt - 1 };
}

/** Ends a span with what it covers. What an error says may hold the caller's data: only its kind is told. */
function ending<T>(
  span: Span,
  run: () => Promise<T>,
  answer: (error: unknown) => Attributes,
): Promise<T> {
  return run().then(
    (response) => {
      span.setAttributes(answer(undefined));
      span.end();
      return response;
    },
    (error: unknown) => {
      span.setAttributes({ ...answer(error ?? "unknown"), "error.type": errorType(error) });
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
      throw error;
    },
  );
}
