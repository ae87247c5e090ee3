import { describe, expect, it } from "vitest";
import { frameOf, type Exchange } from "./exchange.fixture.ts";
import { startRawServer } from "./raw-server.fixture.ts";
import { ask, callWith, failureOf, openFor, requestOf } from "./ways.fixture.ts";

const way = "stream mode";
const lost = { code: "transport", delivery: "unknown", retryable: true };
const good = Float32Array.of(1, 2.5);
const maxResponseBytes = 1_000_000;

/** What two requests on one stream come to when the second of them meets a fault. */
async function twoWith(script: (second: Exchange, first: Exchange) => void): Promise<unknown[]> {
  const held: Exchange[] = [];
  await using server = await startRawServer({
    onRequest(exchange) {
      held.push(exchange);
      const [first, second] = held;
      if (held.length > 2) exchange.answer();
      else if (first !== undefined && second !== undefined) script(second, first);
    },
  });
  await using transport = openFor(way, { endpoint: server.address, streams: 1, maxResponseBytes });
  const outcome = (): Promise<unknown> => ask(transport, way).catch((error: unknown) => error);
  const outcomes = await Promise.all([outcome(), outcome()]);
  // Whatever happened, the next request is served.
  expect(await ask(transport, way)).toEqual(good);
  return outcomes;
}

describe("requests that share a stream", () => {
  it("are not blamed for a status that is meant for one of them", async () => {
    expect(await twoWith((second) => second.end(3, "bad input"))).toMatchObject([lost, lost]);
  });

  it("are all refused when the server takes no call of this caller", async () => {
    const refused = { code: "server", outcome: "unauthorized", delivery: "answered" };
    const outcomes = await twoWith((second) => second.end(16, "who are you"));
    expect(outcomes).toMatchObject([refused, refused]);
  });

  it("are not blamed for a neighbour's answer beyond the limit", async () => {
    const long = frameOf(new Uint8Array(), { length: maxResponseBytes + 1 });
    expect(await twoWith((second) => second.write(long))).toMatchObject([lost, lost]);
  });

  it("get none of the answers behind one that came twice", async () => {
    const outcomes = await twoWith((second, first) => {
      second.write(Buffer.concat([first.frame(), first.frame(), second.frame()]));
    });
    expect(outcomes).toMatchObject([good, lost]);
  });

  it("get none of the answers behind one that nobody asked for", async () => {
    const outcomes = await twoWith((second, first) => {
      second.write(Buffer.concat([first.frame("nobody's"), first.frame(), second.frame()]));
    });
    expect(outcomes).toMatchObject([lost, lost]);
  });

  it("are answered in any order, each with its own", async () => {
    const outcomes = await twoWith((second, first) => {
      second.write(Buffer.concat([second.frame(), first.frame()]));
    });
    expect(outcomes).toEqual([good, good]);
  });

  it("keep the answers that came in front of a break", async () => {
    const outcomes = await twoWith((second, first) => {
      second.write(first.frame(), () => second.stream.session?.destroy());
    });
    expect(outcomes).toMatchObject([good, lost]);
  });
});

describe("a request", () => {
  it("that is repeated has a call of its own, where its fate is its own", async () => {
    await using server = await startRawServer();
    await using transport = openFor(way, { endpoint: server.address });
    expect(await ask(transport, way, { call: { ...callWith(), attempt: 2 } })).toEqual(good);
    expect(server.requests.map(({ isStream }) => isStream)).toEqual([false]);
  });

  it("whose id is on its way already has a call of its own", async () => {
    await using server = await startRawServer({
      onRequest(_, index) {
        if (index === 1) for (const one of server.requests) one.answer();
      },
    });
    await using transport = openFor(way, { endpoint: server.address, streams: 1 });
    const request = { ...requestOf(1, 2.5), id: "same" };
    const both = [ask(transport, way, { request }), ask(transport, way, { request })];
    expect(await Promise.all(both)).toEqual([good, good]);
    expect(server.requests.filter(({ isStream }) => isStream)).toHaveLength(1);
  });

  it("that breaks its stream alone is told what the server said", async () => {
    await using server = await startRawServer({ onRequest: (one) => one.end(3, "bad input") });
    await using transport = openFor(way, { endpoint: server.address });
    expect(await failureOf(transport, way)).toMatchObject({ code: "server", outcome: "rejected" });
  });
});
