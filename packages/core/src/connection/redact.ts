import { DecodeError, ServerError, TransportError } from "../errors/errors.ts";
import { InferenceError } from "../errors/inference-error.ts";
import type { FlatHeaders } from "./header-lines.ts";

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/** A shorter value may be any word, and whoever sends it keeps no secret. */
const leastChars = 8;

/**
 * Takes the values of headers out of a text: servers and gateways quote the token that they refuse.
 *
 * @param lines - names and values, one after the other
 */
export function redactLines(text: string, lines: FlatHeaders): string {
  let clean = text;
  for (let at = 1; at < lines.length; at += 2) {
    const value = lines[at] ?? "";
    const secret = value.replace(/^bearer\s+/i, "");
    if (secret.length >= leastChars) clean = clean.replaceAll(secret, "[redacted]");
  }
  return clean;
}

/** The error itself, or one of its kind without the secret that a server had quoted. */
export function redactError(error: unknown, redact: Redact): unknown {
  if (!InferenceError.is(error) || !holdsSecret(error, redact)) return error;
  const { retryable, delivery } = error;
  const message = redact(error.message);
  // The causes are left out: they have the same words.
  if (error instanceof ServerError) {
    const { outcome, status, retryAfterMs } = error;
    return new ServerError(message, {
      outcome,
      status,
      retryable,
      serverText: redact(error.serverText),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  if (error instanceof TransportError) return new TransportError(message, { delivery, retryable });
  return error instanceof DecodeError ? new DecodeError(message, { delivery, retryable }) : error;
}

function holdsSecret(error: unknown, redact: Redact): boolean {
  if (!(error instanceof Error)) return false;
  return redact(error.message) !== error.message || holdsSecret(error.cause, redact);
}
