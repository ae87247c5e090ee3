import type { ClientHttp2Stream, IncomingHttpHeaders } from "node:http2";
import { constants } from "node:http2";
import {
  DecodeError,
  TransportError,
  type Clock,
  type InferenceError,
  type TlsOptions,
} from "@nereid/core/transport-kit";
import type { Metadata } from "@grpc/grpc-js";
import type { Target } from "../endpoint.ts";
import { publishStream } from "../stream/stream-events.ts";
import { connect } from "./connect.ts";
import { createFrameReader } from "./frames.ts";
import { keepAlive } from "./keep-alive.ts";
import { readStatus } from "./read-status.ts";

/** What happens on a stream of messages. */
export interface StreamListener {
  /** Messages may be sent: the connection is up, or has room again. */
  readonly onRoom: () => void;
  readonly onMessage: (message: Buffer) => void;
  /** The server wants to end the connection; what is under way may finish. */
  readonly onGoAway: () => void;
  /** Once, behind everything else, unless the stream was cancelled. */
  readonly onEnd: (error: InferenceError) => void;
}

/** A call of many messages both ways, on a connection of its own. */
export interface MessageStream {
  /**
   * Sends the parts of one framed message; only while there is room. Their memory must not change until
   * the request is settled.
   */
  send(parts: readonly Uint8Array[]): void;
  readonly hasRoom: boolean;
  /** The connection is up. */
  readonly isUp: boolean;
  /** Does it keep the process alive? It does until told otherwise. */
  setBusy(isBusy: boolean): void;
  /** Ends the connection, which tells the server to drop what it has. */
  cancel(): void;
}

/** What a stream is made of. */
export interface StreamFacts {
  readonly target: Target;
  readonly tls: TlsOptions;
  readonly metadata: Metadata;
  /** The coding of messages that are sent compressed. */
  readonly compression: "gzip" | "deflate" | undefined;
  readonly connectTimeoutMs: number;
  readonly keepAliveMs: number | undefined;
  readonly maxMessageBytes: number;
  readonly clock: Clock;
}

const path = "/inference.GRPCInferenceService/ModelStreamInfer";

/**
 * Opens `ModelStreamInfer` straight on Node's HTTP/2. A call of grpc-js sends one message for each turn of
 * the event loop and copies it twice more; it also never tells that a server ended a stream without a
 * status.
 */
export function openMessageStream(facts: StreamFacts, listener: StreamListener): MessageStream {
  const { target, compression, connectTimeoutMs, maxMessageBytes, clock } = facts;
  const where = `ModelStreamInfer at ${target.address}`;
  const session = connect(target, facts.tls);
  const frames = createFrameReader(where, maxMessageBytes);
  let stream: ClientHttp2Stream | undefined;
  let isUp = false;
  let hasHeaders = false;
  let isFull = false;
  let isOver = false;
  let stopTimer = clock.setTimer(() => {
    broken(`none within ${connectTimeoutMs} ms`);
  }, connectTimeoutMs);

  const shut = (): void => {
    if (isUp && !isOver) publishStream({ address: target.address, state: "ended" });
    isOver = true;
    stopTimer();
    session.destroy();
  };
  const end = (error: InferenceError): void => {
    if (isOver) return;
    shut();
    listener.onEnd(error);
  };
  const broken = (found: string, cause?: Error): void => {
    const expected = isUp ? "answers" : "a connection";
    end(
      new TransportError(`${where}: expected ${expected}, found ${found}`, {
        delivery: isUp && !isRefused() ? "unknown" : "not-sent",
        retryable: isUp || cause === undefined || !isTlsFailure(cause),
        ...(cause === undefined ? {} : { cause }),
      }),
    );
  };
  /** RFC 9113, 8.7: a refused stream was not processed in any way; one with headers has been. */
  const isRefused = (): boolean =>
    stream?.rstCode === constants.NGHTTP2_REFUSED_STREAM && !hasHeaders;
  const onStatus = (headers: IncomingHttpHeaders): void => end(readStatus(where, headers));
  const onData = (chunk: Buffer): void => {
    try {
      if (!isOver) frames.push(chunk, listener.onMessage);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      end(error);
    }
  };
  const onUp = (): void => {
    if (isOver) return;
    isUp = true;
    publishStream({ address: target.address, state: "opened" });
    stopTimer();
    stopTimer = keepAlive(session, facts, () => broken("no answer to a ping"));
    stream = session.request({
      ...facts.metadata.toHttp2Headers(),
      ":method": "POST",
      ":path": path,
      "content-type": "application/grpc",
      "grpc-accept-encoding": "identity",
      ...(compression === undefined ? {} : { "grpc-encoding": compression }),
      "user-agent": "nereid",
      te: "trailers",
    });
    stream.on("response", (headers, flags) => {
      hasHeaders = true;
      const isLast = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
      if (isLast || headers[":status"] !== 200) onStatus(headers);
      else if (!isGrpc(headers)) end(new DecodeError(`${where}: ${notGrpc}`));
    });
    stream.on("trailers", onStatus);
    stream.on("data", onData);
    stream.on("end", () => broken("the stream's end without a status"));
    stream.on("error", (cause) => broken(codeOf(cause), cause));
    stream.on("close", () => broken("a reset"));
    stream.on("drain", () => {
      isFull = false;
      listener.onRoom();
    });
    listener.onRoom();
  };

  // A server that takes connections and never speaks HTTP/2 is not up.
  session.once("remoteSettings", onUp);
  session.on("goaway", () => {
    if (!isOver) listener.onGoAway();
  });
  session.on("error", (cause) => broken(codeOf(cause), cause));
  session.on("close", () => broken("that it closed"));

  return {
    get hasRoom() {
      return isUp && !isFull && !isOver;
    },
    get isUp() {
      return isUp && !isOver;
    },
    send(parts) {
      for (const part of parts) isFull = stream?.write(part) === false;
    },
    setBusy(isBusy) {
      if (isOver) return;
      if (isBusy) session.ref();
      else session.unref();
    },
    cancel() {
      if (!isOver) shut();
    },
  };
}

const notGrpc = "expected a gRPC answer, found one with another content type";

function isGrpc(headers: IncomingHttpHeaders): boolean {
  return /^application\/grpc(?:[+;]|$)/.test(headers["content-type"] ?? "");
}

function codeOf(error: Error): string {
  const code: unknown = Reflect.get(error, "code");
  return typeof code === "string" && /^\w{1,64}$/.test(code) ? code : error.name;
}

/** OpenSSL and Node have a hundred names for a failed handshake; none looks like the other codes. */
function isTlsFailure(error: Error): boolean {
  return /^(?:ERR_SSL|ERR_TLS|CERT_|EPROTO|DEPTH_|SELF_SIGNED|UNABLE_)/.test(codeOf(error));
}
