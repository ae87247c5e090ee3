import {
  context,
  INVALID_SPAN_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanOptions,
  type Tracer,
} from "@opentelemetry/api";
import { errorType, type Layer, type TelemetrySubject } from "@nereid/core";
import { ancestryOf } from "./origins.ts";
import { conventionFor, serverAttributes } from "./conventions.ts";
import { modelAttributes } from "./model-attributes.ts";
import { quietly } from "./quietly.ts";
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
  /** A sampler that throws makes a span that nobody sees. */
  const start = (name: string, options: SpanOptions, parent: Context): Span => {
    let span = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    quietly(() => (span = tracer.startSpan(name, options, parent)));
    return span;
  };

  const call: Layer = (next) => (request, called) => {
    const { parent, links } = ancestryOf(called.origins);
    const attributes = { ...model, "nereid.batch.rows": called.rows ?? 1 };
    const options = { kind: SpanKind.INTERNAL, attributes, links };
    const span = start(`infer ${subject.model.name}`, options, parent);
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
      ...(called.attempt === 1 ? {} : { [convention.resendCount]: called.attempt - 1 }),
    };
    const options = { kind: SpanKind.CLIENT, attributes };
    const span = start(convention.spanName, options, parent);
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

/** Ends a span with what it covers. What an error says may hold the caller's data: only its kind is told. */
function ending<T>(
  span: Span,
  run: () => Promise<T>,
  answer: (error: unknown) => Attributes,
): Promise<T> {
  return run().then(
    (response) => {
      quietly(() => span.setAttributes(answer(undefined)).end());
      return response;
    },
    (error: unknown) => {
      const attributes = { ...answer(error ?? "unknown"), "error.type": errorType(error) };
      quietly(() => span.setAttributes(attributes).setStatus({ code: SpanStatusCode.ERROR }).end());
      throw error;
    },
  );
}
