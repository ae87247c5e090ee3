import {
  DecodeError,
  EncodeError,
  TransportError,
  type InferenceError,
} from "@nereid/core/transport-kit";

/** How far an exchange had come when it failed. */
export interface Progress {
  /** The request's bytes had begun to leave. */
  readonly sent: boolean;
  /** The answer's headers had arrived. */
  readonly answering: boolean;
}

/**
 * Makes one of our errors of one of Node's or of the wire's. No other place knows theirs.
 *
 * @param where - method and address of the request
 */
export function failure(where: string, progress: Progress, cause: Error): InferenceError {
  const code = codeOf(cause);
  if (code === "HTTP_HEADER") {
    return new EncodeError(`${where}: expected headers that HTTP can carry, found another`);
  }
  if (code === "HTTP_HEAD_SIZE") {
    return new DecodeError(`${where}: expected headers of at most 16 KiB, found more`, { cause });
  }
  return new TransportError(`${where}: expected ${expectation(progress)}, found ${finding(code)}`, {
    delivery: progress.sent ? "unknown" : "not-sent",
    retryable: !isTlsCode(code),
    cause,
  });
}

function expectation({ sent, answering }: Progress): string {
  if (!sent) return "a connection";
  return answering ? "the whole answer" : "an answer";
}

/** What the codes mean, where they do not speak for themselves. */
const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: "it refused",
  ECONNRESET: "it reset",
  ENOTFOUND: "no address for the host name",
  EAI_AGAIN: "no answer about the host name",
  EPIPE: "it closed",
  ETIMEDOUT: "none in time",
  UND_ERR_CONNECT_TIMEOUT: "none in time",
  HTTP_CLOSED: "it closed early",
  HTTP_INVALID: "bytes that are not HTTP",
};

function finding(code: string): string {
  const meaning = Object.hasOwn(meanings, code) ? meanings[code] : undefined;
  if (meaning !== undefined) return `${meaning} (${code})`;
  return isTlsCode(code) ? `a TLS failure (${code})` : code;
}

/** The most telling code: an aggregate of failed addresses may have it in its first error alone. */
function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "an unknown error";
  const code: unknown = Reflect.get(error, "code");
  if (typeof code === "string" && /^\w{1,64}$/.test(code)) return code;
  const nested: unknown = Reflect.get(error, "errors");
  if (Array.isArray(nested) && nested.length > 0) return codeOf(nested[0]);
  return error instanceof Error ? error.name : "an unknown error";
}

/** OpenSSL and Node have a hundred names for a failed handshake; none looks like the other codes. */
function isTlsCode(code: string): boolean {
  if (code === "EPROTO") return true;
  return /^[A-Z0-9]+_\w+$/.test(code) && !/^(?:UND_ERR|EAI|HTTP)_/.test(code);
}
