import { TransportError, type Delivery } from "@nereid/core/transport-kit";

/** Codes of errors that no repetition will mend. */
const permanent =
  /^(?:ERR_TLS|ERR_SSL|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|HOSTNAME|HPE_|EPROTO)/;

/**
 * Turns an error of undici or of the socket into ours.
 *
 * @param sent - had the request's bytes begun to leave?
 */
export function toTransportError(error: unknown, where: string, sent: boolean): TransportError {
  const code = codeOf(error);
  const delivery: Delivery = sent ? "unknown" : "not-sent";
  const expected = sent ? "a complete answer" : "a connection";
  return new TransportError(`${where}: expected ${expected}, found ${describe(code)}`, {
    delivery,
    retryable: !permanent.test(code),
    cause: error,
  });
}

/** What the codes mean, where they do not speak for themselves. */
const meanings: Readonly<Record<string, string>> = {
  ECONNREFUSED: "it refused",
  ECONNRESET: "it reset",
  ENOTFOUND: "no address for the host name",
  EAI_AGAIN: "no answer about the host name",
  EPIPE: "it closed",
  ETIMEDOUT: "no answer in time",
  UND_ERR_CONNECT_TIMEOUT: "no answer in time",
  UND_ERR_SOCKET: "it closed early",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "fewer bytes than announced",
  UND_ERR_HEADERS_OVERFLOW: "headers beyond 16 KiB",
};

function describe(code: string): string {
  const meaning = Object.hasOwn(meanings, code) ? meanings[code] : undefined;
  if (meaning !== undefined) return `${meaning} (${code})`;
  return code.startsWith("HPE_") ? `bytes that are not HTTP (${code})` : code;
}

/** The most telling code: an aggregate of failed addresses has it in its first error. */
function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return "an unknown error";
  const code: unknown = Reflect.get(error, "code");
  if (typeof code === "string" && code !== "") return code;
  const nested: unknown = Reflect.get(error, "errors");
  if (Array.isArray(nested) && nested.length > 0) return codeOf(nested[0]);
  return error instanceof Error ? error.name : "an unknown error";
}
