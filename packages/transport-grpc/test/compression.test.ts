import { gzipSync, deflateSync } from "node:zlib";
import { createTensor, type InferenceRequest } from "@nereid/core/transport-kit";
import { createStandardModels, startV2GrpcServer } from "@nereid/testing";
import { describe, expect, it } from "vitest";
import { frameOf, grpcHead, type Exchange } from "./exchange.fixture.ts";
import { startRawServer } from "./raw-server.fixture.ts";
import { ask, failureOf, openFor, requestOf, ways } from "./ways.fixture.ts";

const data = Float32Array.from({ length: 4096 }, (_, index) => index % 7);
const echo: InferenceRequest = {
  model: { name: "echo_fp32" },
  inputs: [createTensor("IN", "FP32", [1, data.length], data)],
};
const prefixBytes = 5;

describe.each(
  ways.flatMap((way) => (["gzip", "deflate"] as const).map((coding) => [way, coding] as const)),
)("compression (%s, %s)", (way, coding) => {
  it("packs large requests, which arrive whole", async () => {
    await using server = await startV2GrpcServer({ models: createStandardModels() });
    await using transport = openFor(way, { endpoint: server.url, compression: coding });
    expect(await ask(transport, way, { request: echo })).toEqual(data);
    const seen = server.requests.find(({ path }) => path.endsWith("Infer"));
    expect(seen?.headers["grpc-encoding"]).toBe(coding);
  });

  it("marks packed messages as such, and leaves small ones alone", async () => {
    await using server = await startRawServer({
      onRequest: (exchange) => (exchange.isPacked ? exchange.end(3, "seen") : exchange.answer()),
    });
    await using transport = openFor(way, {
      endpoint: server.address,
      compression: coding,
      compressionMinBytes: 1024,
    });
    expect(await ask(transport, way)).toEqual(Float32Array.of(1, 2.5));
    await failureOf(transport, way, { request: requestOf(...data) });
    expect(server.requests.map(({ isPacked }) => isPacked)).toEqual([false, true]);
  });
});

const packers = { gzip: gzipSync, deflate: deflateSync } as const;

describe.each(["unary", "stream()"] as const)("a compressed answer (%s)", (way) => {
  it.each(["gzip", "deflate"] as const)("in %s is read", async (coding) => {
    await using server = await startRawServer({
      onRequest: (exchange) => answerPacked(exchange, coding, exchange.frame()),
    });
    await using transport = openFor(way, { endpoint: server.address });
    expect(await ask(transport, way)).toEqual(Float32Array.of(1, 2.5));
  });

  it.each(["gzip", "deflate"] as const)(
    "in %s that unpacks beyond maxResponseBytes is refused",
    async (coding) => {
      await using server = await startRawServer({
        onRequest: (exchange) =>
          answerPacked(exchange, coding, Buffer.alloc(prefixBytes + 8 * 1024 * 1024)),
      });
      await using transport = openFor(way, { endpoint: server.address, maxResponseBytes: 65_536 });
      expect(await failureOf(transport, way)).toMatchObject({
        code: "decode",
        delivery: "answered",
        retryable: false,
      });
    },
  );
});

function answerPacked(exchange: Exchange, coding: keyof typeof packers, frame: Buffer): void {
  const { stream, isStream } = exchange;
  stream.respond({ ...grpcHead, "grpc-encoding": coding }, { waitForTrailers: true });
  stream.write(frameOf(packers[coding](frame.subarray(prefixBytes)), { flag: 1 }));
  if (!isStream) exchange.end(0);
}
