import { ServerError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import type { InferenceRequest } from "../protocol/request.ts";
import type { Call } from "../transport/transport.ts";

/**
 * May a failed request be sent again as it is?
 *
 * - Nothing is repeated that could not work later.
 * - A batch that was answered with 500 is split by its owner; the halves are the retry.
 * - A step of a sequence is repeated only when it was provably not applied. A request that both
 *   starts and ends its sequence is the whole sequence, and counts as stateless unless its sender
 *   follows the sequence.
 */
export function mayReplay(error: InferenceError, request: InferenceRequest, call: Call): boolean {
  if (!error.retryable) return false;
  const outcome = error instanceof ServerError ? error.outcome : undefined;
  if (outcome === "internal" && (call.rows ?? 1) > 1) return false;
  const { sequence } = request;
  const isPart = sequence !== undefined && !(sequence.start && sequence.end);
  if (!isPart && call.atMostOnce !== true) return true;
  return error.delivery === "not-sent" || outcome === "overloaded";
}
