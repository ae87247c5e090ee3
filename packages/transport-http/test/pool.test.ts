import { connect, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { createHttpTransport } from "../src/index.ts";
import {
  callWith,
  closed,
  goodAnswer,
  httpAnswer,
  request,
  startWireServer,
} from "./wire-server.fixture.ts";

describe("the pool", () => {
  it("uses one socket for requests that follow each other", async () => {
    await using server = await startWireServer((socket, received) =>
      socket.write(goodAnswer(received)),
    );
    await using transport = createHttpTransport({ endpoint: server.url, binaryData: true });
    for (let count = 0; count < 5; count += 1) await transport.infer(request, callWith());
    expect(server.sockets).toHaveLength(1);
    expect(transport.poolStats).toEqual({ idle: 1, active: 0, queued: 0, total: 1 });
    expect(transport.report()).toEqual({
      servers: [
        { endpoint: server.url, address: "127.0.0.1", port: Number(new URL(server.url).port) },
      ],
      pool: transport.poolStats,
    });
  });

  it("opens no more sockets than max-total, and serves the queue in order", async () => {
    const order: string[] = [];
    await using server = await startWireServer((socket, received) => {
      order.push(/"id":"(\d+)"/.exec(received.body.toString("latin1"))?.[1] ?? "");
      socket.write(goodAnswer(received));
    });
    await using transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      connectionPoolMaxTotal: 2,
      connectionPoolMaxIdle: 1,
    });
    const ids = Array.from({ length: 20 }, (_, index) => String(index));
    await Promise.all(ids.map((id) => transport.infer({ ...request, id }, callWith())));
    expect(server.sockets).toHaveLength(2);
    expect(order.toSorted((a, b) => Number(a) - Number(b))).toEqual(ids);
    // Two sockets may swap neighbours, nothing more.
    for (const [index, id] of order.entries()) expect(Math.abs(Number(id) - index)).toBeLessThan(2);
    expect(transport.poolStats).toEqual({ idle: 1, active: 0, queued: 0, total: 1 });
  });

  it("lets go of a socket that was idle for connection-pool-keep-alive", async () => {
    await using server = await startWireServer((socket, received) =>
      socket.write(goodAnswer(received)),
    );
    await using transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      connectionPoolKeepAlive: 20,
    });
    await transport.infer(request, callWith());
    await closed(server.sockets[0]);
    await transport.infer(request, callWith());
    expect(server.sockets).toHaveLength(2);
  });

  it("notices that the server closed an idle socket", async () => {
    await using server = await startWireServer((socket, received) => {
      socket.end(goodAnswer(received));
    });
    await using transport = createHttpTransport({ endpoint: server.url, binaryData: true });
    for (let count = 0; count < 3; count += 1) {
      await transport.infer(request, callWith());
      await closed(server.sockets[count]);
    }
    expect(server.requests).toHaveLength(3);
    expect(server.sockets).toHaveLength(3);
  });

  it("opens a socket for each exchange when reuse is off", async () => {
    await using server = await startWireServer((socket, received) =>
      socket.write(goodAnswer(received)),
    );
    await using transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      connectionReuseEnabled: false,
    });
    for (let count = 0; count < 3; count += 1) await transport.infer(request, callWith());
    expect(server.sockets).toHaveLength(3);
    expect(server.requests[0]?.head).toContain("\r\nconnection: close");
    expect(transport.poolStats.total).toBe(0);
  });

  it("never hands an answer that nobody asked for to the next request", async () => {
    await using server = await startWireServer((socket, received) => {
      const stray = httpAnswer(200, [], '{"id":"stray","model_name":"m","outputs":[]}');
      socket.write(Buffer.concat([goodAnswer(received), stray]));
    });
    await using transport = createHttpTransport({ endpoint: server.url, binaryData: true });
    for (let count = 0; count < 3; count += 1) {
      const answer = await transport.infer({ ...request, id: `id-${count}` }, callWith());
      expect(answer.id).toBe(`id-${count}`);
    }
  });

  it("P12: gives up a socket whose answers are not those to its requests", async () => {
    await using server = await startWireServer((socket, received) => {
      const stray = httpAnswer(200, [], '{"id":"stray","model_name":"m","outputs":[]}');
      socket.write(server.requests.length === 2 ? stray : goodAnswer(received));
    });
    await using transport = createHttpTransport({ endpoint: server.url, binaryData: true });
    await transport.infer(request, callWith());
    await expect(transport.infer(request, callWith())).rejects.toMatchObject({ code: "decode" });
    expect(transport.poolStats.total).toBe(0);
    await transport.infer(request, callWith());
    expect(server.sockets).toHaveLength(2);
  });

  it("writes its statistics at creation and every 30 seconds until it is closed", async () => {
    const lines: string[] = [];
    const timers: { readonly callback: () => void; readonly delayMs: number }[] = [];
    let cancelled = 0;
    const transport = createHttpTransport({
      endpoint: "http://127.0.0.1:9",
      connectionPoolMonitoringEnabled: true,
      log: (line) => lines.push(line),
      clock: {
        now: () => 0,
        setTimer(callback, delayMs) {
          timers.push({ callback, delayMs });
          return () => (cancelled += 1);
        },
      },
    });
    timers[0]?.callback();
    await transport.close();
    const line = "Connection Pool Stats - Idle: 0, Active: 0, Queued: 0, Total: 0";
    expect(lines).toEqual([line, line]);
    expect(timers.map(({ delayMs }) => delayMs)).toEqual([30_000, 30_000]);
    expect(cancelled).toBe(1);
  });
});

describe("close", () => {
  it("finishes what is under way and queued, refuses what comes, and closes every socket", async () => {
    const held: (() => void)[] = [];
    await using server = await startWireServer((socket, received) => {
      held.push(() => socket.write(goodAnswer(received)));
    });
    const transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      connectionPoolMaxTotal: 1,
      connectionPoolMaxIdle: 1,
    });
    const answers = [0, 1].map(() => transport.infer(request, callWith()));
    await server.received(1);
    const closing = transport.close();
    expect(transport.close()).toBe(closing);
    await expect(transport.infer(request, callWith())).rejects.toMatchObject({
      code: "closed",
      delivery: "not-sent",
    });
    held[0]?.();
    await server.received(2);
    held[1]?.();
    await Promise.all(answers);
    await closing;
    expect(transport.poolStats.total).toBe(0);
    await closed(server.sockets[0]);
  });

  it("leaves no socket open on this side", async () => {
    await using server = await startWireServer((socket, received) =>
      socket.write(goodAnswer(received)),
    );
    const sockets: Socket[] = [];
    const transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      connect: ({ hostname, port }, callback) => {
        const socket = connect({ host: hostname, port: Number(port) });
        sockets.push(socket.once("connect", () => callback(null, socket)));
      },
    });
    await Promise.all([0, 1, 2].map(() => transport.infer(request, callWith())));
    await transport.close();
    expect(sockets.map(({ destroyed }) => destroyed)).toEqual([true, true, true]);
  });
});
