import { createTensor, type InferenceRequest } from "@nereid/core/transport-kit";
import type { ServerHttp2Stream } from "node:http2";
import { describe, expect, it } from "vitest";
import { startRawServer, type RawServer } from "./raw-server.fixture.ts";
import { ask, callWith, failureOf, openFor, requestOf, ways } from "./ways.fixture.ts";

const way = "stream mode";
const good = Float32Array.of(1, 2.5);
const stalledData = new Float32Array(256 * 1024);

/** Larger than every window and buffer on the way, so that it never leaves whole. */
const big: InferenceRequest = {
  model: { name: "m" },
  inputs: [createTensor("X", "FP32", [stalledData.length], stalledData)],
};

/** Reads nothing of the first call of inference until it is resumed. */
async function startStalled(): Promise<RawServer & { resume(): void }> {
  let first: ServerHttp2Stream | undefined;
  const server = await startRawServer({
    onOpen(stream) {
      if (first === undefined) stream.pause();
      first ??= stream;
      return true;
    },
  });
  return Object.assign(server, { resume: () => void first?.resume() });
}

describe.each(ways)("a server that reads nothing (%s)", (each) => {
  it("holds a request until it is given up, and then nothing is left", async () => {
    await using server = await startStalled();
    const transport = openFor(each, { endpoint: server.address });
    const gone = new AbortController();
    const waiting = failureOf(transport, each, { request: big, call: callWith(gone.signal) });
    await server.opened(1);
    gone.abort("deadline");
    expect(await waiting).toBe("deadline");
    await transport.close();
    await server.idle();
    expect(server.requests).toHaveLength(0);
  });

  it("holds the others no longer than itself", async () => {
    await using server = await startStalled();
    await using transport = openFor(each, { endpoint: server.address, streams: 1 });
    const values = [1, 2, 3];
    const waiting = [ask(transport, each, { request: big })];
    await server.opened(1);
    const others = values.map((value) => ask(transport, each, { request: requestOf(value) }));
    server.resume();
    expect(await Promise.all(others)).toEqual(values.map((value) => Float32Array.of(value)));
    expect((await Promise.all(waiting)).length).toBe(1);
  });
});

describe("a shared stream that has no room", () => {
  it("sends nothing of a request that was given up, and the rest in order", async () => {
    await using server = await startStalled();
    await using transport = openFor(way, { endpoint: server.address, streams: 1 });
    const first = ask(transport, way, { request: big });
    await server.opened(1);
    const gone = new AbortController();
    const call = callWith(gone.signal);
    const given = failureOf(transport, way, { request: requestOf(99), call });
    const last = ask(transport, way, { request: requestOf(7) });
    gone.abort("enough");
    expect(await given).toBe("enough");
    server.resume();
    expect(await last).toEqual(Float32Array.of(7));
    await first;
    const lengths = server.requests.map(({ message }) => message.rawInputContents[0]?.length);
    expect(lengths).toEqual([stalledData.byteLength, 4]);
  });

  it("is left for another one when everything on it is given up", async () => {
    await using server = await startStalled();
    await using transport = openFor(way, { endpoint: server.address, streams: 1 });
    const first = new AbortController();
    const held = failureOf(transport, way, { request: big, call: callWith(first.signal) });
    await server.opened(1);
    first.abort("enough");
    await held;
    expect(await ask(transport, way)).toEqual(good);
  });

  it("is left for another one when too many answers never come", async () => {
    await using server = await startRawServer({
      onRequest: (exchange, index) => (index % 2 === 1 ? exchange.answer() : undefined),
    });
    await using transport = openFor(way, { endpoint: server.address, streams: 1 });
    const stop = new AbortController();
    const held = failureOf(transport, way, { call: callWith(stop.signal) });
    for (let count = 0; count < 32; count += 1) {
      expect(await ask(transport, way)).toEqual(good);
      const gone = new AbortController();
      const given = failureOf(transport, way, { call: callWith(gone.signal) });
      await server.received(2 * count + 3);
      gone.abort("late");
      await given;
    }
    const before = server.accepted;
    expect(await ask(transport, way)).toEqual(good);
    expect(server.accepted).toBe(before + 1);
    stop.abort("enough");
    await held;
  });

  it("is left for another one when one request after the other is given up", async () => {
    await using server = await startStalled();
    await using transport = openFor(way, { endpoint: server.address, streams: 1 });
    const stop = new AbortController();
    const held = failureOf(transport, way, { request: big, call: callWith(stop.signal) });
    await server.opened(1);
    for (let count = 0; count < 32; count += 1) {
      const gone = new AbortController();
      const given = failureOf(transport, way, { call: callWith(gone.signal) });
      gone.abort("late");
      await given;
    }
    expect(await ask(transport, way)).toEqual(good);
    stop.abort("enough");
    expect(await held).toBe("enough");
  });
});
