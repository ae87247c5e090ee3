import { context, SpanKind, SpanStatusCode, trace, type Span } from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  StackContextManager,
  TracerProvider,
  type ReadableSpan,
} from "@opentelemetry/sdk-trace";
import { createModel } from "@nereid/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOtelLayer } from "./index.ts";
import { createTestTransport, serverError } from "./otel.fixture.ts";

beforeAll(() => {
  context.setGlobalContextManager(new StackContextManager().enable());
});
afterAll(() => {
  context.disable();
});

function createTested(name = "http") {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  const tracer = tracerProvider.getTracer("test");
  const transport = createTestTransport(name);
  const open = (batchSize = 1) =>
    createModel({
      transport,
      model: { name: "ranker", version: "2" },
      telemetry: createOtelLayer({ tracerProvider }),
      batchSize,
      retryInitialBackoff: 1,
      maxRetries: 2,
    });
  const within = <T>(span: Span, run: () => T): T =>
    context.with(trace.setSpan(context.active(), span), run);
  const ended = (): readonly ReadableSpan[] => exporter.getFinishedSpans();
  return { tracer, transport, open, within, ended };
}

describe("the spans of a model", () => {
  it("are one for the call, below the caller's, and one for each attempt below that", async () => {
    const { tracer, transport, open, within, ended } = createTested();
    await using model = await open();
    transport.gate = async ({ attempt }) => {
      if (attempt === 1) throw serverError("unavailable", 503);
    };
    const caller = tracer.startSpan("caller");
    await within(caller, () => model.predict({ x: 1 }));
    const [failed, answered, call] = ended();
    expect(call).toMatchObject({
      name: "infer ranker",
      kind: SpanKind.INTERNAL,
      parentSpanContext: { spanId: caller.spanContext().spanId },
      attributes: {
        "nereid.model.name": "ranker",
        "nereid.model.version": "2",
        "nereid.transport": "http",
        "nereid.batch.rows": 1,
      },
    });
    for (const span of [failed, answered]) {
      expect(span).toMatchObject({
        name: "POST /v2/models/{model}/infer",
        kind: SpanKind.CLIENT,
        parentSpanContext: { spanId: call?.spanContext().spanId },
      });
    }
    expect(failed?.attributes).toMatchObject({
      "http.request.method": "POST",
      "http.response.status_code": 503,
      "error.type": "unavailable",
      "server.address": "gpu-1",
    });
    expect(failed?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(answered?.attributes).toMatchObject({
      "http.response.status_code": 200,
      "http.request.resend_count": 1,
    });
  });

  it("tell the server of the attempt, by W3C trace context", async () => {
    const { transport, open, ended } = createTested();
    await using model = await open();
    await model.predict({ x: 1 });
    const [attempt] = ended();
    const { traceId, spanId } = attempt?.spanContext() ?? {};
    expect(transport.calls[0]?.headers).toEqual({
      traceparent: `00-${traceId}-${spanId}-01`,
    });
  });

  it("link a batch to the spans of its records, each once", async () => {
    const { tracer, open, within, ended } = createTested();
    await using model = await open(8);
    const callers = [tracer.startSpan("one"), tracer.startSpan("two")] as const;
    await Promise.all([
      within(callers[0], () => model.predict({ x: 1 })),
      within(callers[1], () => model.predict({ x: 2 })),
      within(callers[1], () => model.predict({ x: 3 })),
      model.predict({ x: 4 }),
    ]);
    const call = ended().at(-1);
    expect(call?.attributes["nereid.batch.rows"]).toBe(4);
    expect(call?.parentSpanContext).toBeUndefined();
    expect(call?.links.map((link) => link.context.spanId)).toEqual(
      callers.map((span) => span.spanContext().spanId),
    );
  });

  it("have a parent and no links when the records of a batch come from one span", async () => {
    const { tracer, open, within, ended } = createTested();
    await using model = await open(8);
    const caller = tracer.startSpan("caller");
    await Promise.all([1, 2].map((x) => within(caller, () => model.predict({ x }))));
    const call = ended().at(-1);
    expect(call?.parentSpanContext?.spanId).toBe(caller.spanContext().spanId);
    expect(call?.links).toEqual([]);
  });

  it("carry no text of an error, which may repeat the caller's data", async () => {
    const { transport, open, ended } = createTested();
    await using model = await open();
    transport.gate = async () => {
      throw new Error("row 17 of Mrs Miller");
    };
    await expect(model.predict({ x: 1 })).rejects.toThrow();
    const told = ended().map(({ attributes, events, status }) => ({ attributes, events, status }));
    expect(JSON.stringify(told)).not.toContain("Miller");
    expect(told[0]?.attributes["error.type"]).toBe("_OTHER");
  });

  it("respect sampling: what is not sampled is not recorded, and the server is told so", async () => {
    const tracerProvider = new TracerProvider({ sampler: new AlwaysOffSampler() });
    const transport = createTestTransport("http");
    await using model = await createModel({
      transport,
      model: "ranker",
      telemetry: createOtelLayer({ tracerProvider }),
    });
    await model.predict({ x: 1 });
    expect(transport.calls[0]?.headers["traceparent"]).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-00$/);
  });

  it("respect sampling in a batch whose records come from several spans, of which none is sampled", async () => {
    const { open, within, ended, transport } = createTested();
    const unsampled = new TracerProvider({ sampler: new AlwaysOffSampler() }).getTracer("test");
    const callers = [unsampled.startSpan("one"), unsampled.startSpan("two")] as const;
    await using model = await open(8);
    await Promise.all(callers.map((span) => within(span, () => model.predict({ x: 1 }))));
    expect(ended()).toEqual([]);
    expect(transport.calls[0]?.headers["traceparent"]).toMatch(/-00$/);
  });

  it("have what the conventions of HTTP say on HTTP alone", async () => {
    const { open, ended, transport } = createTested("grpc");
    await using model = await open();
    transport.gate = async ({ attempt }) => {
      if (attempt === 1) throw serverError("unavailable", 14);
    };
    await model.predict({ x: 1 });
    const names = ended().flatMap(({ attributes }) => Object.keys(attributes));
    expect(names.filter((name) => name.startsWith("http."))).toEqual([]);
    expect(ended().map(({ attributes }) => attributes["nereid.resend_count"])).toEqual([
      undefined,
      1,
      undefined,
    ]);
  });

  it("leave requests as they are when no SDK is registered", async () => {
    const transport = createTestTransport("http");
    await using model = await createModel({
      transport,
      model: "ranker",
      telemetry: createOtelLayer({ tracerProvider: trace.getTracerProvider() }),
    });
    await model.predict({ x: 1 });
    expect(transport.calls[0]?.headers).toEqual({});
  });
});
