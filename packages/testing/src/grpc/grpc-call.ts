import { once } from "node:events";
import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Clock } from "@nereid/core/transport-kit";
import { frameMessage, readFrames } from "./frames.ts";
import { grpcCodes, type GrpcStatus } from "./grpc-status.ts";

/** One call as a method sees it. */
export interface GrpcCall {
  /** `/package.Service/Method` */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** What lies below, for faults. */
  readonly stream: ServerHttp2Stream;
  /** The caller's messages, unpacked. */
  readonly messages: AsyncIterable<Uint8Array>;
  /** Aborts when the caller has gone or its deadline has passed. */
  readonly signal: AbortSignal;
  /** Sends a message; resolves when there is room for another, or nobody left to read. */
  send(message: Uint8Array): Promise<void>;
  /** Sends bytes that are in their frame already. */
  sendFrame(frame: Uint8Array): Promise<void>;
  /** Ends the call; without an answer before it, in headers alone. */
  end(status: GrpcStatus): void;
}

const head = {
  ":status": 200,
  "content-type": "application/grpc",
  "grpc-accept-encoding": "identity, deflate, gzip",
} as const;

/** Makes a call of a stream. Its deadline is kept by the clock. */
export function createGrpcCall(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  clock: Clock,
): GrpcCall {
  const gone = new AbortController();
  let hasEnded = false;
  let drained: Promise<unknown> | undefined;

  const isOpen = (): boolean => !hasEnded && !stream.closed && !stream.destroyed;
  const sendFrame = async (frame: Uint8Array): Promise<void> => {
    if (!isOpen()) return;
    openAnswer(stream);
    if (stream.write(frame) || !isOpen()) return;
    // Rejects for a stream that was reset; the caller has gone either way.
    drained ??= once(stream, "drain", { signal: gone.signal })
      .catch(() => undefined)
      .finally(() => (drained = undefined));
    await drained;
  };
  const end = (status: GrpcStatus): void => {
    if (!isOpen()) return;
    hasEnded = true;
    endCall(stream, status);
  };

  const timeoutMs = parseTimeoutMs(headers["grpc-timeout"]);
  const cancelTimer =
    timeoutMs === undefined
      ? undefined
      : clock.setTimer(() => {
          gone.abort();
          end({ code: grpcCodes.deadlineExceeded, text: "Deadline Exceeded" });
        }, timeoutMs);
  const leave = (): void => {
    cancelTimer?.();
    gone.abort();
  };
  stream.on("aborted", leave);
  stream.on("close", leave);
  // A reset is told by the signal.
  stream.on("error", () => undefined);

  const encoding = headers["grpc-encoding"];
  return {
    path: headers[":path"] ?? "",
    headers,
    stream,
    messages: readFrames(
      // The answer is still to come when the caller's last message has been read.
      stream.iterator({ destroyOnReturn: false }),
      typeof encoding === "string" ? encoding : undefined,
    ),
    signal: gone.signal,
    send: (message) => sendFrame(frameMessage(message)),
    sendFrame,
    end,
  };
}

/** Sends the headers of an answer once; what comes with its end is sent by {@link endCall}. */
export function openAnswer(stream: ServerHttp2Stream): void {
  if (!stream.headersSent) stream.respond(head, { waitForTrailers: true });
}

/** Ends a stream with a status: in trailers behind an answer, or in headers alone. */
export function endCall(stream: ServerHttp2Stream, status: GrpcStatus): void {
  const trailers = statusHeaders(status);
  if (!stream.headersSent) {
    stream.respond({ ...head, ...trailers }, { endStream: true });
  } else {
    stream.once("wantTrailers", () => stream.sendTrailers(trailers));
    stream.end();
  }
}

/** The two headers of a status. @see gRPC over HTTP/2, "Percent-Encoded" */
export function statusHeaders({ code, text }: GrpcStatus): Record<string, string> {
  const message = text.replaceAll(/[^ -$&-~]+/gu, (odd) =>
    Array.from(Buffer.from(odd), (byte) => `%${byte.toString(16).padStart(2, "0")}`)
      .join("")
      .toUpperCase(),
  );
  return { "grpc-status": String(code), ...(text === "" ? {} : { "grpc-message": message }) };
}

const unitMs: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

/** @see gRPC over HTTP/2, "Timeout" */
function parseTimeoutMs(text: string | readonly string[] | undefined): number | undefined {
  const [, amount, unit] = /^(\d{1,8})([HMSmun])$/.exec(String(text)) ?? [];
  const factor = unitMs[unit ?? ""];
  return factor === undefined ? undefined : Math.ceil(Number(amount) * factor);
}

/** Ends a stream that has sent headers as no gRPC server does: in good order, but without a status. */
export function endWithoutTrailers(stream: ServerHttp2Stream): void {
  stream.once("wantTrailers", () => stream.sendTrailers({}));
  stream.end();
}
