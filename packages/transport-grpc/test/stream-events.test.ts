import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createTensor } from "@nereid/core/transport-kit";
import { createStandardModels, startV2GrpcServer } from "@nereid/testing";
import { expect, it } from "vitest";
import { createGrpcTransport } from "../src/index.ts";

it("publishes shared streams on a diagnostics channel, and logs those to its own address", async () => {
  const events: unknown[] = [];
  const lines: string[] = [];
  const listen = (message: unknown): void => void events.push(message);
  subscribe("nereid:grpc:stream", listen);
  const refuse = (): void => {
    throw new Error("expected debug");
  };
  const debug = (line: string): void => void lines.push(line);
  await using server = await startV2GrpcServer({ models: createStandardModels() });
  const transport = createGrpcTransport({
    endpoint: server.url,
    mode: "stream",
    logger: { debug, info: refuse, warn: refuse, error: refuse },
  });
  const inputs = [createTensor("IN", "FP32", [1, 1], new Float32Array(1))];
  const call = { signal: new AbortController().signal, headers: {}, attempt: 1 };
  await transport.infer({ model: { name: "echo_fp32" }, inputs }, call);
  await transport.close();
  unsubscribe("nereid:grpc:stream", listen);
  expect(events).toEqual(["opened", "ended"].map((state) => ({ address: server.url, state })));
  expect(lines.filter((line) => line.startsWith("stream"))).toEqual([
    `stream to ${server.url}: opened`,
    `stream to ${server.url}: ended`,
  ]);
});
