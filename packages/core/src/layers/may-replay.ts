import { ServerError, TransportError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import type { InferenceRequest } from "../protocol/request.ts";
import type { Call } from "../transport/transport.ts";

/**
 * May a failed request be sent again as it is?
 *
 * - Nothing is repeated that could not work later.
 * - A batch that was answered with 500, or not at all, is split by its owner; the parts are the retry.
 * - A step of a sequence is repeated only when it was provably not applied. A request that both
 *   starts and ends its sequence is the whole sequence, and counts as stateless unless its sender
 *   follows the sequence.
 */
export function mayReplay(error: InferenceError, request: InferenceRequest, call: Call): boolean {
  if (!error.retryable) return false;
  if ((call.rows ?? 1) > 1 && mayBlameRecord(error)) return false;
  if (!isStep(request, call)) return true;
  const isRefused = error instanceof ServerError && error.outcome === "overloaded";
  return error.delivery === "not-sent" || isRefused;
}

/** Does the request stand and fall with a state on the server? */
export function isStep({ sequence }: InferenceRequest, { atMostOnce }: Call): boolean {
  return atMostOnce === true || (sequence !== undefined && !(sequence.start && sequence.end));
}

/** May a record be why the request failed? The model raised, or no answer came at all. */
export function mayBlameRecord(error: InferenceError): boolean {
  if (error instanceof ServerError) return error.outcome === "internal";
  return error instanceof TransportError && error.delivery === "unknown";
}
