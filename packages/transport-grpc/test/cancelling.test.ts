import { once } from "node:events";
import { constants } from "node:http2";
import type { StreamingTransport } from "@nereid/core/transport-kit";
import { describe, expect, it } from "vitest";
import { createVirtualClock } from "@nereid/testing";
import type { Exchange } from "./exchange.fixture.ts";
import { startRawServer, type Behaviour } from "./raw-server.fixture.ts";
import { startSilentServer } from "./silent-server.fixture.ts";
import {
  ask,
  callWith,
  failureOf,
  openFor,
  openWith,
  requestOf,
  ways,
  type Way,
} from "./ways.fixture.ts";

const good = Float32Array.of(1, 2.5);
const reason = new Error("changed my mind");

/** Where the call is given up; each lets the server go as far as that. */
const stages: readonly (readonly [name: string, onRequest: Required<Behaviour>["onRequest"]])[] = [
  ["before the headers", () => undefined],
  ["behind the headers", (exchange) => exchange.write(new Uint8Array())],
  ["in the middle of the message", (exchange) => exchange.write(exchange.frame().subarray(0, 9))],
];

/** Gives the first request up as soon as the server has got it and gone on. */
async function giveUpWith(way: Way, onRequest: Required<Behaviour>["onRequest"]): Promise<void> {
  await using server = await startRawServer({
    onRequest: (exchange, index) => (index === 0 ? onRequest(exchange, 0) : exchange.answer()),
  });
  const clock = createVirtualClock();
  const transport = openWith(way, clock, { endpoint: server.address });
  const gone = new AbortController();
  const waiting = failureOf(transport, way, { call: callWith(gone.signal) });
  await server.received(1);
  await new Promise((resolve) => setImmediate(resolve));
  const stream = server.requests[0]?.stream;
  const told = stream === undefined ? undefined : once(stream, "close");
  gone.abort(reason);
  expect(await waiting).toBe(reason);
  // A call of stream()'s own gets that long to end by itself.
  await clock.advance(250);
  await told;
  expect(await ask(transport, way)).toEqual(good);
  await transport.close();
  await server.idle();
}

async function readAll(answers: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of answers);
}

describe.each(ways)("a call that is given up (%s)", (way) => {
  it.each(stages)("%s is told to the server, and hurts no other", (_stage, onRequest) =>
    giveUpWith(way, onRequest),
  );

  it("before it was made sends nothing", async () => {
    await using server = await startRawServer();
    await using transport = openFor(way, { endpoint: server.address });
    const call = callWith(AbortSignal.abort(reason));
    expect(await failureOf(transport, way, { call })).toBe(reason);
    expect(server.accepted).toBe(0);
  });

  it("while the connection is made leaves nothing open", async () => {
    await using silent = await startSilentServer();
    const transport = openFor(way, { endpoint: silent.address });
    const gone = new AbortController();
    const waiting = failureOf(transport, way, { call: callWith(gone.signal) });
    await silent.heard();
    gone.abort(reason);
    expect(await waiting).toBe(reason);
    await transport.close();
    await silent.idle();
  });

  it("while its token is asked for sends nothing, then or later", async () => {
    await using server = await startRawServer();
    const token = Promise.withResolvers<string>();
    const transport = openFor(way, { endpoint: server.address, authToken: () => token.promise });
    const gone = new AbortController();
    const waiting = failureOf(transport, way, { call: callWith(gone.signal) });
    gone.abort(reason);
    expect(await waiting).toBe(reason);
    await transport.close();
    token.resolve("late");
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.accepted).toBe(0);
  });

  it("behind its answer changes nothing", async () => {
    await using server = await startRawServer();
    await using transport = openFor(way, { endpoint: server.address });
    const gone = new AbortController();
    expect(await ask(transport, way, { call: callWith(gone.signal) })).toEqual(good);
    gone.abort(reason);
    expect(await ask(transport, way)).toEqual(good);
  });
});

describe("a shared stream", () => {
  it("drops the late answer to a request that was given up, and serves on", async () => {
    await using server = await startRawServer({
      onRequest(exchange, index) {
        if (index === 1) server.requests[0]?.answer();
        if (index > 0) exchange.answer();
      },
    });
    await using transport = openFor("stream mode", { endpoint: server.address, streams: 1 });
    const gone = new AbortController();
    const given = failureOf(transport, "stream mode", { call: callWith(gone.signal) });
    await server.received(1);
    const next = ask(transport, "stream mode", { request: requestOf(7) });
    gone.abort(reason);
    expect(await given).toBe(reason);
    expect(await next).toEqual(Float32Array.of(7));
    expect(await ask(transport, "stream mode", { request: requestOf(8) })).toEqual(
      Float32Array.of(8),
    );
  });
});

it("a shared stream that waits for its token is not opened behind the end of its callers", async () => {
  const token = Promise.withResolvers<string>();
  const tokens = [Promise.resolve("old"), token.promise];
  await using server = await startRawServer({ onRequest: (one) => one.end(16, "expired") });
  const transport = openFor("stream mode", {
    endpoint: server.address,
    authToken: () => tokens.shift() ?? token.promise,
    streams: 1,
  });
  await failureOf(transport, "stream mode");
  const before = server.accepted;
  const gone = new AbortController();
  const waiting = failureOf(transport, "stream mode", { call: callWith(gone.signal) });
  gone.abort(reason);
  expect(await waiting).toBe(reason);
  await transport.close();
  token.resolve("new");
  await server.idle();
  await new Promise((resolve) => setImmediate(resolve));
  expect(server.accepted).toBe(before);
});

/** Breaks at the first answer of an endless stream. */
async function leave(transport: StreamingTransport): Promise<void> {
  async function* endless() {
    for (let value = 0; ; value += 1) yield requestOf(value);
  }
  for await (const { outputs } of transport.stream(endless(), callWith())) {
    expect(outputs[0]?.data).toEqual(Float32Array.of(0));
    break;
  }
}

describe("stream()", () => {
  it("that its reader leaves ends in good order, where the server answers what it has", async () => {
    await using server = await startRawServer();
    const clock = createVirtualClock();
    const transport = openWith("stream()", clock, { endpoint: server.address });
    await leave(transport);
    await transport.close();
    await server.idle();
    expect(server.requests[0]?.stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
    expect(clock.timers).toBe(0);
  });

  it("that its reader leaves is cancelled a moment later, where the server goes on", async () => {
    await using server = await startRawServer({
      onRequest(exchange, index) {
        if (index === 0) exchange.answer();
      },
    });
    const clock = createVirtualClock();
    const transport = openWith("stream()", clock, { endpoint: server.address });
    await leave(transport);
    const stream = server.requests[0]?.stream;
    if (stream !== undefined && !stream.readableEnded) await once(stream, "end");
    let isClosed = false;
    const closing = transport.close().then(() => (isClosed = true));
    await clock.advance(249);
    expect(isClosed).toBe(false);
    const told = stream === undefined ? undefined : once(stream, "close");
    await clock.advance(1);
    await told;
    expect(stream?.rstCode).toBe(constants.NGHTTP2_CANCEL);
    await closing;
    await server.idle();
  });

  it("drops the answers that come behind its reader's end, and keeps them from nobody", async () => {
    const held: Exchange[] = [];
    await using server = await startRawServer({
      onRequest(exchange, index) {
        if (index === 0) exchange.answer();
        else held.push(exchange);
      },
    });
    const transport = openWith("stream()", createVirtualClock(), { endpoint: server.address });
    await leave(transport);
    await server.received(2);
    const stream = server.requests[0]?.stream;
    if (stream !== undefined && !stream.readableEnded) await once(stream, "end");
    for (const exchange of held) exchange.answer();
    await transport.close();
    await server.idle();
    expect(stream?.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
  });

  it("ends its source when the server fails", async () => {
    await using server = await startRawServer({ onRequest: (one) => one.end(14, "gone") });
    await using transport = openFor("stream()", { endpoint: server.address });
    const ended = Promise.withResolvers<void>();
    async function* source() {
      try {
        for (;;) yield requestOf(1);
      } finally {
        ended.resolve();
      }
    }
    const reading = readAll(transport.stream(source(), callWith()));
    await expect(reading).rejects.toMatchObject({ outcome: "unavailable" });
    await ended.promise;
  });

  it("throws what its source throws, and cancels on the server", async () => {
    await using server = await startRawServer({ onRequest: () => undefined });
    const transport = openFor("stream()", { endpoint: server.address });
    async function* source() {
      yield requestOf(1);
      await server.received(1);
      throw reason;
    }
    await expect(readAll(transport.stream(source(), callWith()))).rejects.toBe(reason);
    await transport.close();
    await server.idle();
  });
});
