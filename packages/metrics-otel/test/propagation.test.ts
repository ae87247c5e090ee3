import { createModel, float32, type Transport } from "@nereid/core";
import {
  createStandardModels,
  startV2GrpcServer,
  startV2Server,
  type SeenRequest,
} from "@nereid/testing";
import { createGrpcTransport } from "@nereid/transport-grpc";
import { createHttpTransport } from "@nereid/transport-http";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { expect, it } from "vitest";
import { createOtelLayer } from "../src/index.ts";

interface Server extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
}

/** Sends one record, and gives the request that carried it and the span of the attempt. */
async function predictOver(server: Server, transport: Transport, isSampled = true) {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({
    sampler: isSampled ? new AlwaysOnSampler() : new AlwaysOffSampler(),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  await using model = await createModel({
    transport,
    model: "poison",
    inputs: { IN: float32() },
    outputs: { OUT: float32() },
    telemetry: createOtelLayer({ tracerProvider }),
  });
  await model.predict({ IN: 1 });
  const request = server.requests.findLast(({ path }) => /infer$/i.test(path));
  return { request, span: exporter.getFinishedSpans()[0] };
}

const models = createStandardModels();

it("goes to a server over HTTP", async () => {
  await using server = await startV2Server({ models });
  const transport = createHttpTransport({ endpoint: server.url });
  const { request, span } = await predictOver(server, transport);
  expect(request?.headers["traceparent"]).toContain(span?.spanContext().spanId);
  expect(span?.attributes["server.port"]).toBe(Number(new URL(server.url).port));
});

it.each([
  ["unary", true, "ModelInfer"],
  ["stream", true, "ModelInfer"],
  ["stream", false, "ModelStreamInfer"],
] as const)(
  "goes to a server over gRPC, in %s mode with sampling %s by %s",
  async (mode, isSampled, method) => {
    await using server = await startV2GrpcServer({ models });
    const transport = createGrpcTransport({ endpoint: server.url, mode });
    const { request, span } = await predictOver(server, transport, isSampled);
    expect(request?.path).toMatch(new RegExp(`/${method}$`));
    const { spanId } = span?.spanContext() ?? {};
    if (isSampled) expect(request?.headers["traceparent"]).toContain(spanId);
    else expect(request?.headers["traceparent"]).toBeUndefined();
  },
);
