import type { Delivery } from "@nereid/core/transport-kit";
import { describe, expect, it } from "vitest";
import { frameOf, grpcHead, type Exchange } from "./exchange.fixture.ts";
import { startRawServer } from "./raw-server.fixture.ts";
import { failureOf, openFor, ways, type Way } from "./ways.fixture.ts";

interface Expected {
  readonly code: string;
  readonly delivery: Delivery;
  readonly retryable: boolean;
  readonly outcome?: string;
}

const wrong: Expected = { code: "decode", delivery: "answered", retryable: false };
/** An answer never came, or nobody can say whose it was. */
const lost: Expected = { code: "transport", delivery: "unknown", retryable: true };

function refused(outcome: string, retryable: boolean): Expected {
  return { code: "server", delivery: "answered", outcome, retryable };
}

interface Row {
  readonly name: string;
  readonly expected: Expected;
  /** Where a way has to say something else. */
  readonly unless?: Partial<Record<Way, Expected>>;
  readonly script: (exchange: Exchange) => void;
}

const maxResponseBytes = 1_000_000;

/** Sends a message and ends the call, where it is a call of one answer. */
function answerWith(frame: (exchange: Exchange) => Uint8Array): Row["script"] {
  return (exchange) => {
    exchange.write(frame(exchange));
    if (!exchange.isStream) exchange.end(0);
  };
}

function page(status: number, text: string): Row["script"] {
  return ({ stream }) => {
    stream.respond({ ":status": status, "content-type": "text/html" });
    stream.end(text);
  };
}

/** The messages that are none. */
const messages: readonly Row[] = [
  {
    name: "bytes that are no protobuf message",
    expected: wrong,
    unless: { "stream mode": lost },
    script: answerWith(() => frameOf(Uint8Array.of(0xff, 0xff, 0xff, 0xff))),
  },
  {
    name: "an empty message",
    expected: wrong,
    unless: { "stream mode": lost },
    script: answerWith(() => frameOf(new Uint8Array())),
  },
  {
    name: "the answer to another request",
    expected: wrong,
    unless: { "stream mode": lost },
    script: answerWith((exchange) => exchange.frame("nobody's")),
  },
  {
    name: "a message beyond maxResponseBytes by its length alone",
    expected: wrong,
    script: (exchange) =>
      exchange.write(frameOf(new Uint8Array(8), { length: maxResponseBytes + 1 })),
  },
  {
    name: "a compressed message without a coding",
    expected: wrong,
    script: answerWith(() => frameOf(new Uint8Array(8), { flag: 1 })),
  },
  {
    name: "a coding that nobody asked for",
    expected: wrong,
    script: (exchange) => {
      exchange.stream.respond({ ...grpcHead, "grpc-encoding": "br" });
      exchange.stream.write(frameOf(new Uint8Array(8), { flag: 1 }));
    },
  },
  {
    name: "a gzip message that is broken",
    expected: wrong,
    script: (exchange) => {
      exchange.stream.respond({ ...grpcHead, "grpc-encoding": "gzip" });
      exchange.stream.write(frameOf(new Uint8Array(8), { flag: 1 }));
    },
  },
  {
    name: "a page of a proxy with status 200",
    expected: wrong,
    script: page(200, "<html>welcome</html>"),
  },
];

/** The ends that tell nothing of the request, and those that do. */
const ends: readonly Row[] = [
  {
    name: "OK without an answer",
    expected: lost,
    unless: { unary: wrong },
    script: (e) => e.end(0),
  },
  {
    name: "OK behind half an answer",
    expected: lost,
    unless: { unary: wrong },
    script: (exchange) => {
      exchange.write(exchange.frame().subarray(0, 9));
      exchange.end(0);
    },
  },
  {
    name: "headers alone without a status",
    expected: lost,
    script: ({ stream }) => stream.respond(grpcHead, { endStream: true }),
  },
  {
    name: "an end without trailers",
    expected: lost,
    script: ({ stream }) => {
      stream.respond(grpcHead);
      stream.end();
    },
  },
  {
    name: "trailers without a status",
    expected: lost,
    script: (exchange) => {
      exchange.open();
      exchange.stream.once("wantTrailers", () => exchange.stream.sendTrailers({ other: "1" }));
      exchange.stream.end();
    },
  },
  { name: "a status that is no number", expected: wrong, script: (e) => e.end("banana", "odd") },
  { name: "a status below zero", expected: wrong, script: (e) => e.end("-1") },
  { name: "an unknown status", expected: refused("internal", true), script: (e) => e.end(99, "x") },
  {
    name: "a status behind headers",
    expected: refused("unavailable", true),
    script: (exchange) => {
      exchange.open();
      exchange.end(14, "later");
    },
  },
  {
    name: "CANCELLED by the server",
    expected: refused("unavailable", true),
    script: (e) => e.end(1, "shutting down"),
  },
  {
    name: "INVALID_ARGUMENT",
    expected: refused("rejected", false),
    script: (e) => e.end(3, "no"),
  },
  {
    name: "a page with status 503",
    expected: refused("unavailable", true),
    script: page(503, "<html>busy</html>"),
  },
  {
    name: "a page with status 401",
    expected: refused("unauthorized", false),
    script: page(401, "<html>no</html>"),
  },
  {
    name: "a page with status 404",
    expected: refused("unsupported", false),
    script: page(404, "<html>no</html>"),
  },
];

describe.each(ways)("an answer (%s)", (way) => {
  it.each([...messages, ...ends])("of $name fails with its kind", async (row) => {
    await using server = await startRawServer({ onRequest: row.script });
    await using transport = openFor(way, { endpoint: server.address, maxResponseBytes });
    expect(await failureOf(transport, way)).toMatchObject(row.unless?.[way] ?? row.expected);
    expect(server.requests).toHaveLength(1);
  });

  it("whose text looks like a failure of this side does not make its request unsent", async () => {
    await using server = await startRawServer({
      onRequest: (exchange) => exchange.end(14, "Stream refused by server"),
    });
    await using transport = openFor(way, { endpoint: server.address });
    expect(await failureOf(transport, way)).not.toMatchObject({ delivery: "not-sent" });
  });
});

it("of another content type is told as such by a shared stream", async () => {
  await using server = await startRawServer({
    onRequest({ stream, frame }) {
      stream.respond({ ":status": 200, "content-type": "text/html" });
      stream.write(frame());
    },
  });
  await using transport = openFor("stream mode", { endpoint: server.address });
  expect(await failureOf(transport, "stream mode")).toMatchObject({
    ...wrong,
    message: expect.stringContaining("another content type"),
  });
});

it("that comes without an id to a stream of several requests is nobody's", async () => {
  await using server = await startRawServer({
    onRequest: (exchange, index) => {
      if (index === 1) exchange.write(frameOf(new Uint8Array()));
    },
  });
  await using transport = openFor("stream mode", { endpoint: server.address, streams: 1 });
  const failures = [failureOf(transport, "stream mode"), failureOf(transport, "stream mode")];
  expect(await Promise.all(failures)).toMatchObject([lost, lost]);
});
