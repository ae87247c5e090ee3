import { createAnswerParser } from "../packages/transport-http/src/wire/answer-parser.ts";
import { WireError } from "../packages/transport-http/src/wire/wire-error.ts";
import { promise, texts, type FuzzTarget } from "./target.ts";

/** What the HTTP transport reads of a socket. */
export const wireTargets: readonly FuzzTarget[] = [
  {
    name: "http-answer",
    // The first four bytes tell where the rest is cut.
    samples: texts(
      "0123HTTP/1.1 200 OK\r\nContent-Length: 3\r\nKeep-Alive: timeout=5\r\n\r\nabc",
      "0123HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n",
      "0123HTTP/1.1 103 Hints\r\nA: b\r\n\r\nHTTP/1.0 503\r\nConnection: keep-alive\r\n\r\nabc",
      "0123HTTP/1.1 204 No\r\n\r\nHTTP/1.1 304 No\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
    ),
    read(bytes) {
      const sent = bytes.subarray(4);
      const whole = readAnswers([sent]);
      promise(whole === readAnswers(cutBy(bytes, sent)), "the same wherever the bytes are cut");
    },
  },
];

/** All that is told of the answers on a connection, up to the one behind which it would be closed. */
function readAnswers(pieces: readonly Uint8Array[]): string {
  const parser = createAnswerParser();
  const sentBytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const found: string[] = [];
  let body = "";
  const reader = {
    onHead: (status: number) => void found.push(`status ${status}`),
    onData: (piece: Uint8Array) => void (body += Buffer.from(piece).toString("latin1")),
  };
  try {
    let progress = "more";
    for (const piece of pieces) {
      // What comes behind an answer is not the parser's to read.
      if (progress !== "more") progress = "excess";
      else progress = parser.push(Buffer.from(piece), reader);
    }
    found.push(progress, `at the end ${parser.close()}`);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    found.push(error.code);
  }
  promise(body.length <= sentBytes, "no more than was sent");
  const { head } = parser;
  promise(
    head === undefined || Number.isSafeInteger(head.bodyBytes),
    "a length that can be counted",
  );
  return JSON.stringify([...found, body]);
}

/** Pieces of 1 to 8 bytes, as the seed says. */
function cutBy(seed: Uint8Array, sent: Uint8Array): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (let turn = 0; at < sent.length; turn += 1) {
    const size = 1 + (((seed[turn % 4] ?? 0) >>> (turn % 6)) % 8);
    pieces.push(sent.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
