import type { InferenceRequest, ModelMetadata } from "@nereid/core/transport-kit";
import { decodeAnswer } from "../packages/transport-http/src/generate/decode-answer.ts";
import { createEventParser } from "../packages/transport-http/src/generate/event-parser.ts";
import { promise, texts, type FuzzTarget } from "./target.ts";

/** Small, so that inputs meet it. */
const maxEventBytes = 96;
const where = (): string => "fuzz";
const typeBytes = 64;
/** A byte order mark counts at the beginning of the stream alone. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

const request: InferenceRequest = { model: { name: "m" }, inputs: [] };
const metadata: ModelMetadata = {
  name: "m",
  versions: ["1"],
  platform: "python",
  inputs: [],
  outputs: [
    { name: "OUT", datatype: "INT32", shape: [-1, 2] },
    { name: "text", datatype: "BYTES", shape: [1] },
    { name: "half", datatype: "FP16", shape: [-1] },
  ],
};

/** What the HTTP transport reads of `generate` and `generate_stream`. */
export const streamTargets: readonly FuzzTarget[] = [
  {
    name: "events",
    // The first four bytes tell where the rest is cut.
    samples: texts(
      '0123data: {"a":1}\n\ndata: {"b":2}\n\n',
      "0123event: error\r\ndata:x\r\ndata: y\r\n\r\n: comment\r\rdata\r\r",
      "0123\ufeffdata: one\n\n\ufeffdata: two\n\nid: 7\nretry: 1\nevent: é\ndata: three\n\n",
    ),
    read(bytes) {
      const body = bytes.subarray(4);
      const whole = eventsOf([body]);
      const cut = eventsOf(cutBy(bytes.subarray(0, 4), body));
      promise(cut === whole, "the same events wherever the bytes are cut");
    },
  },
  {
    name: "events-as-written",
    samples: texts("event: a\ndata: b\ndata\n\ndata:c\r\n\r\n", "\ufeffdata: one\rdata:  two\r\r"),
    read(bytes) {
      const found = [...createEventParser(Number.MAX_SAFE_INTEGER, where).push(bytes)];
      const read = found.map(({ type, data }) => [type, latin1(data)]);
      promise(
        JSON.stringify(read) === JSON.stringify(standardEvents(bytes)),
        "as the standard reads",
      );
    },
  },
  {
    name: "generate-answer",
    samples: texts(
      '{"model_name":"m","model_version":"1","OUT":[1,2,3,4],"text":"a","half":[0.5,1]}',
      '{"model_name":"m","id":"7","outputs":[{"name":"OUT","datatype":"INT32","shape":[1,2],"data":[1,2]}]}',
      '{"error":"no"}',
    ),
    read(bytes) {
      const body = bytes;
      for (const known of [metadata, undefined]) {
        const { outputs } = answerOf(body, known);
        for (const { shape, data } of outputs) {
          const count = shape.reduce((product, size) => product * size, 1);
          promise(data.length === count, "as many elements as the shape says");
        }
      }
    },
  },
];

function answerOf(body: Uint8Array, known: ModelMetadata | undefined) {
  return decodeAnswer({ request, id: "7", metadata: known, where }, body);
}

/** The events of a stream that comes in pieces, and the error that ended it. */
function eventsOf(pieces: readonly Uint8Array[]): string {
  const parser = createEventParser(maxEventBytes, where);
  const found: string[] = [];
  try {
    for (const piece of pieces) {
      // The memory of a piece is the socket's, which uses it again.
      const memory = Uint8Array.from(piece);
      for (const { type, data } of parser.push(memory)) {
        promise(data.length <= maxEventBytes, "no event beyond the limit");
        found.push(`${type}:${latin1(data)}`);
      }
      memory.fill(0);
    }
    parser.end();
  } catch (error) {
    found.push(error instanceof Error ? error.message : "");
  }
  return JSON.stringify(found);
}

/** Pieces of 0 to 7 bytes, as the seed says. */
function cutBy(seed: Uint8Array, body: Uint8Array): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let state = seed.reduce((sum, byte) => sum * 256 + byte, 1);
  for (let at = 0; at < body.length;) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const size = (state >>> 16) & 7;
    pieces.push(body.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

/** The standard's algorithm, word for word, on a text that has a character for each byte. */
function standardEvents(bytes: Uint8Array): readonly (readonly [string, string])[] {
  const lines = latin1(bytes)
    .replace(/^\u00ef\u00bb\u00bf/, "")
    .split(/\r\n|\n|\r/);
  const events: [string, string][] = [];
  let data: string[] = [];
  let type = "";
  // What is behind the last line end is no line yet.
  for (const line of lines.slice(0, -1)) {
    const at = line.indexOf(":");
    const name = at === -1 ? line : line.slice(0, at);
    const value = at === -1 ? "" : line.slice(at + 1).replace(/^ /, "");
    if (name === "data") data.push(value);
    if (name === "event") type = utf8.decode(Buffer.from(value.slice(0, typeBytes), "latin1"));
    if (line !== "") continue;
    if (data.length > 0) events.push([type === "" ? "message" : type, data.join("\n")]);
    data = [];
    type = "";
  }
  return events;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
