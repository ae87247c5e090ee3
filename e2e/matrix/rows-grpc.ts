import { gzipSync } from "node:zlib";
import { constants, type ServerHttp2Stream } from "node:http2";
import {
  cutOff,
  failing,
  late,
  lost,
  mended,
  refused,
  split,
  unharmed,
  wrong,
} from "./expectations.ts";
import type { Expectation, FaultRow } from "./fault-row.ts";

const good = { ":status": 200, "content-type": "application/grpc" };
const script = (
  id: string,
  what: string,
  http2: (stream: ServerHttp2Stream) => void,
  expect: Expectation,
  more: Partial<FaultRow> = {},
): FaultRow => ({
  id,
  what,
  wires: ["grpc"],
  expect,
  ...more,
  inject: { http2, ...more.inject },
});
const frame = (message: Buffer, flag = 0, length = message.length): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt8(flag, 0);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
};
/** Answers with bytes and a status. */
const answer =
  (bytes: Buffer, trailers: Readonly<Record<string, string>> = { "grpc-status": "0" }) =>
  (stream: ServerHttp2Stream): void => {
    stream.respond(good, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    stream.end(bytes);
  };
/** A status without any message. */
const trailersOnly =
  (trailers: Readonly<Record<string, string>>) =>
  (stream: ServerHttp2Stream): void =>
    stream.respond({ ...good, ...trailers }, { endStream: true });

/** A gRPC server that lies or breaks off. */
export const grpcRows: readonly FaultRow[] = [
  script(
    "G1",
    "200 with HTML, by a proxy",
    (stream) => {
      stream.respond({ ":status": 200, "content-type": "text/html" });
      stream.end("<html>hello</html>");
    },
    failing(wrong),
  ),
  script(
    "G1b",
    "502 with HTML, by a proxy",
    (stream) => {
      stream.respond({ ":status": 502, "content-type": "text/html" });
      stream.end("<html>bad gateway</html>");
    },
    mended(refused),
  ),
  script("G2", "a message above the limit", answer(frame(Buffer.alloc(100_000))), failing(wrong), {
    inject: { transport: { maxResponseBytes: 50_000 } },
  }),
  script(
    "G3",
    "GOAWAY: enhance your calm",
    (stream) => stream.session?.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM),
    cutOff,
  ),
  script(
    "G4",
    "the stream is refused",
    (stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM),
    cutOff,
  ),
  script(
    "G5a",
    "trailers are missing",
    (stream) => {
      stream.respond(good);
      stream.end(frame(Buffer.alloc(0)));
    },
    { ...cutOff, attempts: [lost, refused, wrong] },
  ),
  script(
    "G5b",
    "the stream is reset behind its headers",
    (stream) => {
      stream.respond(good);
      setImmediate(() => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    },
    cutOff,
  ),
  script(
    "G6",
    "two messages for one call",
    answer(Buffer.concat([frame(Buffer.alloc(0)), frame(Buffer.alloc(0))])),
    failing(wrong),
  ),
  script("G7", "OK without a message", trailersOnly({ "grpc-status": "0" }), failing(wrong)),
  script(
    "G8",
    "a status that is no number",
    trailersOnly({ "grpc-status": "banana" }),
    failing(wrong),
  ),
  script(
    "G10a",
    "a message that is no protobuf",
    answer(frame(Buffer.from("ffffffffffff", "hex"))),
    failing(wrong),
  ),
  script("G10b", "a length that lies", answer(frame(Buffer.from("0aff01", "hex"))), failing(wrong)),
  script(
    "G10c",
    "groups, nested 1,000 deep",
    answer(frame(Buffer.alloc(1_000, 0x1b))),
    failing(wrong),
  ),
  script("G11a", "an empty message", answer(frame(Buffer.alloc(0))), failing(wrong)),
  script(
    "G12b",
    "a compressed message whose encoding is not named",
    answer(frame(Buffer.alloc(10), 1)),
    failing(wrong),
  ),
  script(
    "G12",
    "a compressed message that grows to 64 MiB",
    (stream) => {
      stream.respond({ ...good, "grpc-encoding": "gzip" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end(frame(gzipSync(Buffer.alloc(67_108_864)), 1));
    },
    failing(wrong),
    { inject: { transport: { maxResponseBytes: 1_048_576 }, model: { timeout: 30_000 } } },
  ),
  script(
    "G9",
    "a message that is cut short",
    answer(frame(Buffer.alloc(4), 0, 400)),
    failing(wrong),
  ),
  script(
    "G17",
    "CANCELLED by the server",
    trailersOnly({ "grpc-status": "1", "grpc-message": "bye" }),
    mended(refused),
  ),
  {
    id: "G4b",
    what: "the connection takes no more calls, and finishes those it has",
    wires: ["grpc", "grpc-stream"],
    inject: { answers: [{ kind: "go-away" }] },
    expect: unharmed,
    on: { "grpc-stream": { attempts: [] } },
  },
  {
    id: "G3b",
    what: "the connection is closed with an error of HTTP/2",
    wires: ["grpc", "grpc-stream"],
    inject: { answers: [{ kind: "go-away", code: constants.NGHTTP2_INTERNAL_ERROR }] },
    expect: cutOff,
  },
  {
    id: "G15a",
    what: "an error of one request inside the stream",
    wires: ["grpc-stream"],
    inject: { answers: [{ kind: "status", status: 503, text: "Server exiting" }] },
    expect: split,
  },
  {
    id: "G15b",
    what: "the stream ends with a status",
    wires: ["grpc-stream"],
    inject: { answers: [{ kind: "end", code: 14, text: "shutting down" }] },
    expect: mended(refused, lost),
  },
  {
    id: "G16",
    what: "the stream is cut behind part of an answer",
    wires: ["grpc-stream"],
    inject: { answers: [{ kind: "cut", afterBytes: 7 }] },
    expect: cutOff,
  },
  {
    id: "G16b",
    what: "the stream is reset",
    wires: ["grpc", "grpc-stream"],
    inject: { answers: [{ kind: "rst", code: constants.NGHTTP2_INTERNAL_ERROR }] },
    expect: cutOff,
  },
  {
    id: "G6b",
    what: "the right answer comes twice",
    wires: ["grpc-stream"],
    inject: { answers: [{ kind: "twice" }] },
    expect: unharmed,
  },
  {
    id: "G6c",
    what: "an answer that nobody asked for comes first",
    wires: ["grpc-stream"],
    inject: { answers: [{ kind: "unknown-id" }] },
    expect: cutOff,
  },
  {
    id: "N16b",
    what: "the server reads nothing more from the connection",
    wires: ["grpc", "grpc-stream"],
    inject: { answers: [{ kind: "stop-reading" }], model: { attemptTimeout: 300, maxInFlight: 1 } },
    expect: mended(late),
  },
];
