import {
  classifyAnswer,
  cleanServerText,
  DecodeError,
  EncodeError,
  ServerError,
  TransportError,
  type Delivery,
  type InferenceError,
} from "@nereid/core/transport-kit";
import { status as statusCodes } from "@grpc/grpc-js";

/** How a call ended. */
export interface CallStatus {
  readonly code: number;
  readonly details: string;
  /** The value of `grpc-retry-pushback-ms`. */
  readonly pushback: unknown;
}

/** How far a call had come when it ended. */
export interface CallProgress {
  /** An HTTP/2 stream was opened for it, so bytes may have left. */
  readonly started: boolean;
  /**
   * What came back. With `status` the text is the server's own; with `something` nobody can tell whose
   * it is; with `nothing` it is grpc-js's.
   */
  readonly heard: "nothing" | "something" | "status";
}

/** A text of grpc-js itself, and what it means. Every other text is the server's. */
interface LocalText {
  readonly pattern: RegExp;
  readonly toError: (message: string) => InferenceError;
}

const transport =
  (delivery: Delivery) =>
  (message: string): TransportError =>
    new TransportError(message, { delivery, retryable: true });

/** @see grpc-js, `subchannel-call.ts`, `load-balancing-call.ts` and `compression-filter.ts` */
const localTexts: readonly LocalText[] = [
  // RFC 9113, 8.7: a refused stream was not processed in any way.
  { pattern: /^Stream refused by server/, toError: transport("not-sent") },
  { pattern: /^Failed to start HTTP\/2 stream/, toError: transport("not-sent") },
  {
    pattern:
      /^(?:Received HTTP status code 200$|Connection dropped|Received RST_STREAM|Write (?:error|failed)|Call cancelled|No status information|Bandwidth exhausted|Protocol not secure|.*\b(?:ECONNRESET|ETIMEDOUT)\b)/,
    toError: transport("unknown"),
  },
  {
    // Servers write "vs." of their own limit.
    pattern: /^Received message larger than max \(\d+ vs \d+\)|decompresses to a size larger/,
    toError: (message) => new DecodeError(message),
  },
  {
    pattern: /^(?:Received (?:compressed )?message|Compression method|.*decompress)/,
    toError: (message) => new DecodeError(message),
  },
  { pattern: /^Attempted to send message/, toError: (message) => new EncodeError(message) },
];

const tlsText = /certificate|\bSSL\b|\bTLS\b|altnames|EPROTO|self-signed/i;

/**
 * Makes one of our errors of the status that ended a call. No other place knows grpc-js's texts.
 *
 * @param where - method and address of the call
 */
export function failure(
  where: string,
  { code, details, pushback: asked }: CallStatus,
  { started, heard }: CallProgress,
): InferenceError {
  const text = cleanServerText(details);
  const found = `${codeName(code)}${text === "" ? "" : ` with "${text}"`}`;
  if (!started) {
    return new TransportError(`${where}: expected a connection, found ${found}`, {
      delivery: "not-sent",
      retryable: !tlsText.test(details),
    });
  }
  const message = `${where}: expected an answer, found ${found}`;
  const local =
    heard === "status" ? undefined : localTexts.find(({ pattern }) => pattern.test(details));
  if (local !== undefined) {
    const error = local.toError(message);
    const isDoubtful = error.delivery === "not-sent" && heard === "something";
    return isDoubtful ? transport("unknown")(message) : error;
  }
  if (!Number.isSafeInteger(code) || code < 0) {
    return new DecodeError(`${where}: expected a status of gRPC, found another`);
  }
  const pushbackMs = readPushback(asked);
  return new ServerError(message, {
    outcome: classifyAnswer("grpc", code, text),
    status: code,
    serverText: text,
    ...(pushbackMs === undefined ? {} : pushback(pushbackMs)),
  });
}

/** A server that pushes back by a negative time forbids to try again. @see gRPC proposal A6 */
function pushback(ms: number): { readonly retryable: false } | { readonly retryAfterMs: number } {
  return ms < 0 ? { retryable: false } : { retryAfterMs: ms };
}

function readPushback(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  return /^-?\d{1,12}$/.test(value) ? Number(value) : -1;
}

/** `UNAVAILABLE (14)`; codes beyond the list of gRPC come from servers that invent some. */
export function codeName(code: number): string {
  const name: unknown = Reflect.get(statusCodes, code);
  return typeof name === "string" ? `${name} (${code})` : `code ${code}`;
}
