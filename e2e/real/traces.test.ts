import { createModel, type Transport } from "@nereid/core";
import { createOtelLayer } from "@nereid/metrics-otel";
import { createGrpcTransport } from "@nereid/transport-grpc";
import { createHttpTransport } from "@nereid/transport-http";
import { context, trace } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  StackContextManager,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startOwnTriton, type OwnTriton } from "../servers/own-triton.ts";
import { missingFromMachine } from "../servers/python.ts";
import { addSub } from "./add-sub.ts";
import { startTraceReceiver, type TraceReceiver } from "./trace-receiver.ts";

const transports: readonly (readonly [string, (triton: OwnTriton) => Transport])[] = [
  ["the headers of HTTP", ({ http }) => createHttpTransport({ endpoint: http })],
  ["the metadata of gRPC", ({ grpc }) => createGrpcTransport({ endpoint: grpc })],
  [
    "the metadata of gRPC in stream mode",
    ({ grpc }) => createGrpcTransport({ endpoint: grpc, mode: "stream" }),
  ],
];

const record = { INPUT0: new Float32Array(16), INPUT1: new Float32Array(16) };
const missing = missingFromMachine();

describe.skipIf(missing !== undefined)(
  `a trace that Triton continues${missing === undefined ? "" : `: ${missing}`}`,
  () => {
    let receiver: TraceReceiver;
    let triton: OwnTriton;

    beforeAll(async () => {
      context.setGlobalContextManager(new StackContextManager().enable());
      receiver = await startTraceReceiver();
      triton = await startOwnTriton(
        "traces",
        ["add_sub"],
        [
          "--trace-config=mode=opentelemetry",
          "--trace-config=rate=1",
          "--trace-config=level=TIMESTAMPS",
          `--trace-config=opentelemetry,url=${receiver.url}`,
          "--trace-config=opentelemetry,bsp_schedule_delay=100",
        ],
      );
    }, 120_000);
    afterAll(async () => {
      await triton?.[Symbol.asyncDispose]();
      await receiver?.[Symbol.asyncDispose]();
      context.disable();
    });

    it.each(transports)(
      "is carried by %s, with the attempt's span as its parent",
      async (_, open) => {
        const exporter = new InMemorySpanExporter();
        const tracerProvider = new TracerProvider({
          spanProcessors: [new SimpleSpanProcessor({ exporter })],
        });
        const caller = tracerProvider.getTracer("test").startSpan("caller");
        const telemetry = createOtelLayer({ tracerProvider });
        await using model = await createModel({ transport: open(triton), ...addSub, telemetry });
        await context.with(trace.setSpan(context.active(), caller), () => model.predict(record));
        const { traceId, spanId } = caller.spanContext();
        const [attempt, call] = exporter.getFinishedSpans();
        const spans = await receiver.spansOf(traceId, 3);
        const server = Object.fromEntries(spans.map((span) => [span.name, span]));
        expect(spans.map(({ name }) => name).toSorted()).toEqual([
          "InferRequest",
          "add_sub",
          "compute",
        ]);
        // caller > call > attempt > what Triton makes of it
        expect(call?.parentSpanContext?.spanId).toBe(spanId);
        expect(attempt?.parentSpanContext?.spanId).toBe(call?.spanContext().spanId);
        expect(server["InferRequest"]?.parentSpanId).toBe(attempt?.spanContext().spanId);
        expect(server["add_sub"]?.parentSpanId).toBe(server["InferRequest"]?.spanId);
        expect(server["compute"]?.parentSpanId).toBe(server["add_sub"]?.spanId);
      },
    );
  },
);
