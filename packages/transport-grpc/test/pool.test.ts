import { createTensor } from "@nereid/core/transport-kit";
import { createStandardModels, createVirtualClock, startV2GrpcServer } from "@nereid/testing";
import { describe, expect, it } from "vitest";
import { createGrpcTransport } from "../src/index.ts";

const inputs = [createTensor("IN", "FP32", [1, 1], new Float32Array(1))];
const request = { model: { name: "echo_fp32" }, inputs };
const none = { idle: 0, active: 0, queued: 0, total: 0 };

function callOf(signal: AbortSignal = new AbortController().signal) {
  return { signal, headers: {}, attempt: 1 };
}

/** A server that answers when the test lets it. */
async function startHeld() {
  let arrived = 0;
  let wanted = Number.POSITIVE_INFINITY;
  let tell = (): void => undefined;
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const models = createStandardModels().map((model) => ({
    ...model,
    execute: async (...facts: Parameters<typeof model.execute>) => {
      arrived += facts[0].length;
      if (arrived >= wanted) tell();
      await opened;
      return model.execute(...facts);
    },
  }));
  const server = await startV2GrpcServer({ models });
  /** Resolves when so many requests have reached the model. */
  const reached = (count: number): Promise<void> =>
    new Promise((resolve) => {
      wanted = count;
      tell = resolve;
      if (arrived >= count) resolve();
    });
  return { server, reached, open: () => open() };
}

describe("what a gRPC transport tells of its connections", () => {
  it.each([
    ["unary", 1, 1],
    ["unary", 2, 2],
    ["stream", 1, 1],
  ] as const)("follows exchanges in %s mode over %i", async (mode, channels, connections) => {
    const { server, reached, open } = await startHeld();
    await using _ = server;
    const transport = createGrpcTransport({ endpoint: server.url, mode, channels, streams: 1 });
    const pool = () => transport.report().pool;
    expect(pool()).toEqual(none);
    const many = [1, 2, 3].map(() => transport.infer(request, callOf()));
    await reached(3);
    expect(pool()).toMatchObject({ active: connections, queued: 0 });
    open();
    await Promise.all(many);
    expect(pool()).toMatchObject({ active: 0, queued: 0 });
    expect(pool()?.total).toBeGreaterThanOrEqual(connections);
    expect(pool()?.idle).toBe(pool()?.total);
    await transport.close();
    expect(pool()).toEqual(none);
  });

  it("counts what waits for a connection, and no more what was given up", async () => {
    await using server = await startV2GrpcServer({ models: createStandardModels() });
    await using transport = createGrpcTransport({ endpoint: server.url });
    const controller = new AbortController();
    const calls = [callOf(), callOf(controller.signal)].map((call) =>
      transport.infer(request, call),
    );
    // Nothing is connected before the event loop turns.
    expect(transport.report().pool).toEqual({ ...none, queued: 2 });
    controller.abort(new Error("given up"));
    expect(transport.report().pool).toEqual({ ...none, queued: 1 });
    await expect(calls[1]).rejects.toThrow("given up");
    await calls[0];
    expect(transport.report().pool).toEqual({ ...none, idle: 1, total: 1 });
  });

  it("adds up several endpoints", async () => {
    await using one = await startV2GrpcServer({ models: createStandardModels() });
    await using two = await startV2GrpcServer({ models: createStandardModels() });
    await using transport = createGrpcTransport({ endpoint: [one.url, two.url] });
    for (const endpoint of transport.endpoints ?? []) {
      await transport.infer(request, { ...callOf(), endpoint });
    }
    expect(transport.report().pool).toEqual({ ...none, idle: 2, total: 2 });
  });

  it("is written at creation and every 30 seconds until it is closed, where that is asked for", async () => {
    const clock = createVirtualClock();
    const lines: string[] = [];
    await using server = await startV2GrpcServer({ models: createStandardModels() });
    const transport = createGrpcTransport({
      endpoint: server.url,
      connectionPoolMonitoringEnabled: true,
      log: (line) => lines.push(line),
      clock,
    });
    await transport.infer(request, callOf());
    await clock.advance(30_000);
    await transport.close();
    await clock.advance(60_000);
    expect(lines).toEqual([
      "Connection Pool Stats - Idle: 0, Active: 0, Queued: 0, Total: 0",
      "Connection Pool Stats - Idle: 1, Active: 0, Queued: 0, Total: 1",
    ]);
  });
});
