import { createModel, string, type Logger, type Transport } from "@nereid/core";
import { createStandardModels, startV2GrpcServer, startV2Server } from "@nereid/testing";
import { createGrpcTransport } from "@nereid/transport-grpc";
import { createHttpTransport } from "@nereid/transport-http";
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { afterEach, expect, it } from "vitest";
import { createOtelLayer } from "../src/index.ts";
import { createTestMeter } from "../src/otel.fixture.ts";

const secret = "canary-7f3a91";
const channels = ["nereid:http:connection", "nereid:grpc:connection", "nereid:grpc:stream"];

/** Everything that was printed, thrown, published and recorded. */
const recorded: unknown[] = [];
const record = (message: unknown): void => void recorded.push(message);
const logger: Logger = { debug: record, info: record, warn: record, error: record };

afterEach(() => {
  recorded.length = 0;
  for (const name of channels) unsubscribe(name, record);
});

/** Sends secret records with secret headers to a server that answers, refuses and breaks. */
async function liveWithSecrets(
  transport: Transport,
  failNext: (isRefusal: boolean) => void,
): Promise<void> {
  for (const name of channels) subscribe(name, record);
  const exporter = new InMemorySpanExporter();
  const meter = createTestMeter();
  const telemetry = createOtelLayer({
    meterProvider: meter.meterProvider,
    tracerProvider: new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
    flinkNames: true,
    serverStatistics: true,
  });
  const model = await createModel({
    transport,
    model: "echo_bytes",
    inputs: { IN: string() },
    outputs: { OUT: string() },
    telemetry,
    maxRetries: 2,
    retryInitialBackoff: 1,
    circuitBreakerEnabled: true,
  });
  for (const isRefusal of [undefined, true, false]) {
    if (isRefusal !== undefined) failNext(isRefusal);
    await model.predict({ IN: secret }).catch(record);
  }
  record(model.stats());
  record(await meter.read());
  record(
    exporter.getFinishedSpans().map(({ name, attributes, events, links, status }) => ({
      name,
      attributes,
      events,
      links,
      status,
    })),
  );
  await model.close();
}

function expectNoSecret(...kinds: readonly RegExp[]): void {
  const text = inspect(recorded, { depth: 20, maxArrayLength: null, maxStringLength: null });
  for (const kind of kinds) expect(text).toMatch(kind);
  expect(text).not.toContain(secret);
}

const options = { authToken: secret, customHeaders: { "x-api-key": secret }, logger };
/** The server repeats what it was sent, credentials included. */
const text = `no such row: ${secret}`;

it("leaves no secret and no record in logs, errors, channels, metrics and spans over HTTP", async () => {
  await using server = await startV2Server({ models: createStandardModels() });
  await liveWithSecrets(createHttpTransport({ endpoint: server.url, ...options }), (isRefusal) => {
    server.failNext(isRefusal ? { kind: "status", status: 400, text } : { kind: "reset" });
  });
  expect(server.requests.some(({ headers }) => headers["x-api-key"] === secret)).toBe(true);
  expectNoSecret(/connected/, /attempt 2/, /no such row/, /nereid\.requests/, /POST \/v2/);
});

it("leaves none over gRPC, in stream mode", async () => {
  await using server = await startV2GrpcServer({ models: createStandardModels() });
  const transport = createGrpcTransport({ endpoint: server.url, mode: "stream", ...options });
  await liveWithSecrets(transport, (isRefusal) => {
    server.failNext(isRefusal ? { kind: "status", status: 400, text } : { kind: "reset" });
  });
  expect(server.requests.some(({ headers }) => headers["x-api-key"] === secret)).toBe(true);
  expectNoSecret(/attempt 2/, /no such row/, /nereid\.requests/, /ModelInfer/);
});
