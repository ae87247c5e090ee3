import { DecodeError, TransportError, type Delivery } from "@nereid/core/transport-kit";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createHttpTransport } from "../src/index.ts";
import {
  callWith,
  goodAnswer,
  goodBody,
  httpAnswer,
  idOf,
  request,
  startWireServer,
  type Received,
  type Script,
} from "./wire-server.fixture.ts";

interface Fault {
  readonly name: string;
  readonly script: Script;
  readonly error: typeof TransportError | typeof DecodeError;
  readonly retryable: boolean;
  readonly delivery: Delivery;
  readonly words: string;
}

const maxResponseBytes = 32 * 1024 * 1024;

/** No usable answer came; the server may have run the request. */
function broken(name: string, words: string, script: Script): Fault {
  return { name, words, script, error: TransportError, retryable: true, delivery: "unknown" };
}

/** An answer came and is the failure. */
function wrong(name: string, words: string, answer: (received: Received) => Buffer): Fault {
  const script: Script = (socket, received) => void socket.write(answer(received));
  return { name, words, script, error: DecodeError, retryable: false, delivery: "answered" };
}

/** A good body under headers of the test's own. */
function withHeaders(...headers: string[]): (received: Received) => Buffer {
  return (received) => httpAnswer(200, headers, goodBody(idOf(received)).body);
}

function gzipped(change: (compressed: Buffer) => Buffer): (received: Received) => Buffer {
  return (received) => {
    const { json, body } = goodBody(idOf(received));
    const headers = ["Content-Encoding: gzip", `Inference-Header-Content-Length: ${json.length}`];
    return httpAnswer(200, headers, change(gzipSync(body)));
  };
}

const bomb = gzipSync(Buffer.alloc(24 * 1024 * 1024));

const faults: readonly Fault[] = [
  broken("a reset before the answer", "expected an answer, found it reset", (socket) =>
    socket.resetAndDestroy(),
  ),
  broken("a hang-up before the answer", "expected an answer, found it closed early", (socket) =>
    socket.end(),
  ),
  broken("a hang-up inside the headers", "expected an answer, found", (socket) =>
    socket.end("HTTP/1.1 200 OK\r\nContent-Le"),
  ),
  broken("a hang-up inside the body", "expected the whole answer, found", (socket, received) =>
    socket.end(goodAnswer(received).subarray(0, -3)),
  ),
  broken("a reset after the headers", "expected the whole answer, found it reset", (socket) =>
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", () => socket.resetAndDestroy()),
  ),
  broken("a chunked body without its last chunk", "expected the whole answer, found", (socket) =>
    socket.end("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{  \r\n"),
  ),
  broken(
    "a chunk size that is none",
    "expected the whole answer, found bytes that are not HTTP",
    (socket) => socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
  ),
  broken("bytes that are not HTTP", "expected an answer, found bytes that are not HTTP", (socket) =>
    socket.write("220 mail.example ready\r\n"),
  ),
  broken("two different lengths", "expected an answer, found bytes that are not HTTP", (socket) =>
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
  ),
  broken("a 100 and nothing behind it", "expected an answer, found it closed early", (socket) =>
    socket.end("HTTP/1.1 100 Continue\r\n\r\n"),
  ),
  broken(
    "an upgrade that nobody asked for",
    "expected an answer, found bytes that are not HTTP",
    (socket) =>
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"),
  ),
  wrong("a length shorter than the body", "message", (received) =>
    Buffer.from(
      goodAnswer(received)
        .toString("latin1")
        .replace(/th: (\d+)\r\n\r\n/, "th: 99\r\n\r\n"),
      "latin1",
    ),
  ),
  wrong(
    "a body beyond the limit by its length",
    "expected an answer of at most 33554432 bytes",
    () => httpAnswer(200, ["Content-Length: 33554433"], ""),
  ),
  wrong("headers beyond 16 KiB", "expected headers of at most 16 KiB, found more", () =>
    httpAnswer(200, [`X-Long: ${"x".repeat(17 * 1024)}`], "{}"),
  ),
  wrong("an empty body", "expected JSON", () => httpAnswer(200, [], "")),
  wrong("204", "expected status 200, found 204", () => httpAnswer(204, [], "")),
  wrong("206", "expected status 200, found 206", withStatus(206)),
  wrong("an error under status 200", "found an error: boom", () =>
    httpAnswer(200, [], '{"error":"boom"}'),
  ),
  wrong(
    "another request's id",
    "expected the answer to carry the request's id, found another",
    () => httpAnswer(200, [], '{"id":"other","model_name":"m","outputs":[]}'),
  ),
  wrong("no id", "expected the answer to carry the request's id, found none", () =>
    httpAnswer(200, [], '{"model_name":"m","outputs":[]}'),
  ),
  wrong(
    "a negative header length",
    "to be one whole number",
    withHeaders("Inference-Header-Content-Length: -1"),
  ),
  wrong(
    "a header length of 1e3",
    "to be one whole number",
    withHeaders("Inference-Header-Content-Length: 1e3"),
  ),
  wrong(
    "a header length of 0x10",
    "to be one whole number",
    withHeaders("Inference-Header-Content-Length: 0x10"),
  ),
  wrong(
    "two header lengths",
    "found 2 values",
    withHeaders("Inference-Header-Content-Length: 9", "Inference-Header-Content-Length: 9"),
  ),
  wrong(
    "a header length beyond the body",
    "expected a JSON header of 0 to",
    withHeaders("Inference-Header-Content-Length: 9999"),
  ),
  wrong(
    "no header length before binary tensors",
    "message",
    withHeaders("Content-Type: application/octet-stream"),
  ),
  wrong(
    "a gzip body that is cut",
    "expected a whole gzip body, found a broken one",
    gzipped((bytes) => bytes.subarray(0, -9)),
  ),
  wrong("a gzip body with a wrong checksum", "found a broken one", gzipped(spoilChecksum)),
  wrong(
    "a body that only claims to be gzip",
    "found a broken one",
    withHeaders("Content-Encoding: gzip"),
  ),
  wrong("an encoding that nobody asked for", 'found "br"', withHeaders("Content-Encoding: br")),
  wrong(
    "two layers of compression",
    'found "gzip, gzip"',
    withHeaders("Content-Encoding: gzip, gzip"),
  ),
  wrong("a gzip bomb", "when unpacked, found more", () =>
    httpAnswer(200, ["Content-Encoding: gzip"], bomb),
  ),
];

function withStatus(status: number): (received: Received) => Buffer {
  return (received) => httpAnswer(status, [], goodBody(idOf(received)).body);
}

function spoilChecksum(compressed: Buffer): Buffer {
  const at = compressed.byteLength - 8;
  compressed[at] = (compressed[at] ?? 0) ^ 0xff;
  return compressed;
}

describe("a failed exchange", () => {
  it.each(faults)("of $name says so", async ({ script, error, retryable, delivery, words }) => {
    await using server = await startWireServer(script);
    await using transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      maxResponseBytes,
    });
    const failed: unknown = await transport.infer(request, callWith()).catch((caught) => caught);
    expect(failed).toBeInstanceOf(error);
    expect(failed).toMatchObject({ retryable, delivery });
    expect(String(failed)).toContain(words);
    expect(transport.poolStats.active).toBe(0);
  });

  it("of a chunked body beyond the limit ends while the server still sends", async () => {
    const chunk = Buffer.concat([
      Buffer.from("10000\r\n"),
      Buffer.alloc(65_536),
      Buffer.from("\r\n"),
    ]);
    await using server = await startWireServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      const feed = (): void => {
        if (!socket.destroyed) socket.write(chunk, feed);
      };
      feed();
    });
    await using transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      maxResponseBytes: 1024 * 1024,
    });
    await expect(transport.infer(request, callWith())).rejects.toMatchObject({
      code: "decode",
      delivery: "answered",
      message: expect.stringContaining("of at most 1048576 bytes, found more"),
    });
  });
});

describe("an unusual answer", () => {
  it.each([
    ["under another content type", ["Content-Type: text/html"]],
    ["behind 102 and 103", []],
  ])("is read %s", async (name, headers) => {
    await using server = await startWireServer((socket, received) => {
      if (name.includes("103")) {
        socket.write("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
      }
      socket.write(goodAnswer(received, headers));
    });
    await using transport = createHttpTransport({ endpoint: server.url, binaryData: true });
    const { outputs } = await transport.infer(request, callWith());
    expect(outputs[0]?.data).toEqual(Float32Array.of(1, 2.5));
  });
});
