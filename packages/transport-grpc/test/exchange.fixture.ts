import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import {
  InferParameterSchema,
  ModelInferRequestSchema,
  ModelInferResponseSchema,
  ModelStreamInferResponseSchema,
  type ModelInferRequest,
} from "../src/generated/inference_pb.ts";

/** One message of an inference, and ways to answer it. */
export interface Exchange {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  readonly isStream: boolean;
  readonly message: ModelInferRequest;
  /** Was its frame marked as compressed? */
  readonly isPacked: boolean;
  /** The right answer in its frame, with another id where asked. */
  frame(id?: string): Buffer;
  /** Sends the headers of an answer, once. */
  open(): void;
  /** Sends bytes as they are, behind the headers. */
  write(bytes: Uint8Array, written?: () => void): void;
  /** Ends the call with trailers. */
  end(status: number | string, text?: string): void;
  /** The right answer; ends the call of a single answer. */
  answer(): void;
}

const prefixBytes = 5;
export const grpcHead = { ":status": 200, "content-type": "application/grpc" } as const;

/** A message in its frame. */
export function frameOf(message: Uint8Array, { length = message.length, flag = 0 } = {}): Buffer {
  const prefix = Buffer.alloc(prefixBytes);
  prefix[0] = flag;
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, message]);
}

/** Tells each message of a call of inference. A stream of which all is answered ends behind its last request. */
export function readRequest(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  onMessage: (exchange: Exchange) => void,
): void {
  let unread = Buffer.alloc(0);
  const state: StreamState = { unanswered: 0, hasAll: false };
  stream.on("data", (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    while (unread.length >= prefixBytes) {
      const end = prefixBytes + unread.readUInt32BE(1);
      if (unread.length < end) return;
      const isPacked = unread[0] === 1;
      const bytes = isPacked ? new Uint8Array() : unread.subarray(prefixBytes, end);
      unread = unread.subarray(end);
      const message = fromBinary(ModelInferRequestSchema, bytes);
      state.unanswered += 1;
      onMessage(exchangeOf(stream, headers, message, isPacked, state));
    }
  });
  stream.on("end", () => {
    state.hasAll = true;
    endIfDone(stream, state);
  });
}

interface StreamState {
  unanswered: number;
  /** The client has sent its last request. */
  hasAll: boolean;
}

function endIfDone(stream: ServerHttp2Stream, { unanswered, hasAll }: StreamState): void {
  if (!hasAll || unanswered > 0 || !stream.headersSent || stream.writableEnded) return;
  stream.once("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end();
}

function exchangeOf(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  message: ModelInferRequest,
  isPacked: boolean,
  state: StreamState,
): Exchange {
  const isStream = headers[":path"]?.endsWith("/ModelStreamInfer") === true;
  const exchange: Exchange = {
    stream,
    headers,
    isStream,
    message,
    isPacked,
    frame: (id = message.id) => frameOf(answerTo(message, id, isStream)),
    open() {
      if (!stream.headersSent) stream.respond(grpcHead, { waitForTrailers: true });
    },
    write(bytes, written) {
      exchange.open();
      stream.write(bytes, written);
    },
    end(status, text = "") {
      const trailers = {
        "grpc-status": String(status),
        ...(text === "" ? {} : { "grpc-message": text }),
      };
      if (!stream.headersSent) {
        stream.respond({ ...grpcHead, ...trailers }, { endStream: true });
        return;
      }
      stream.once("wantTrailers", () => stream.sendTrailers(trailers));
      stream.end();
    },
    answer() {
      exchange.write(exchange.frame());
      state.unanswered -= 1;
      if (isStream) endIfDone(stream, state);
      else exchange.end(0);
    },
  };
  return exchange;
}

/** Echoes the inputs, as the one answer of a request. */
function answerTo(
  { modelName, inputs, rawInputContents }: ModelInferRequest,
  id: string,
  isStream: boolean,
): Uint8Array {
  const yes = create(InferParameterSchema, { parameterChoice: { case: "boolParam", value: true } });
  const answer = create(ModelInferResponseSchema, {
    modelName,
    modelVersion: "1",
    id,
    outputs: inputs.map(({ name, datatype, shape }) => ({ name, datatype, shape })),
    rawOutputContents: rawInputContents,
    ...(isStream ? { parameters: { triton_final_response: yes } } : {}),
  });
  return isStream
    ? toBinary(
        ModelStreamInferResponseSchema,
        create(ModelStreamInferResponseSchema, { inferResponse: answer }),
      )
    : toBinary(ModelInferResponseSchema, answer);
}
