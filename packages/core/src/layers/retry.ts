import { ServerError } from "../errors/errors.ts";
import { InferenceError } from "../errors/inference-error.ts";
import { sleep, type Clock } from "../transport/clock.ts";
import type { Layer } from "../transport/layer.ts";
import { mayReplay } from "./may-replay.ts";

/** How often and after which waits a request is repeated. */
export interface RetryOptions {
  /** Further attempts after the first. */
  readonly maxRetries: number;
  /** First nominal wait; doubles with each retry. */
  readonly initialBackoffMs: number;
  /** Longest nominal wait. */
  readonly maxBackoffMs: number;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** The wait before retry `retry` (0 is the first): equal jitter, uniform in [nominal/2, nominal]. */
export function backoffMs(
  retry: number,
  options: Pick<RetryOptions, "initialBackoffMs" | "maxBackoffMs" | "random">,
): number {
  const nominalMs = Math.min(options.maxBackoffMs, options.initialBackoffMs * 2 ** retry);
  return nominalMs / 2 + (nominalMs / 2) * options.random();
}

/**
 * Owns replay: repeats what `mayReplay` allows, as long as the deadline leaves room for the wait.
 * A server's Retry-After lengthens the wait. The last error is thrown as it is.
 */
export function retryLayer(options: RetryOptions): Layer {
  return (next) => async (request, call) => {
    for (let retry = 0; ; retry += 1) {
      try {
        return await next(request, retry === 0 ? call : { ...call, attempt: call.attempt + retry });
      } catch (error) {
        if (!InferenceError.is(error) || call.signal.aborted) throw error;
        if (retry >= options.maxRetries || !mayReplay(error, request, call)) throw error;
        const waitMs = Math.max(backoffMs(retry, options), retryAfterMs(error));
        if (options.clock.now() + waitMs >= (call.deadline ?? Number.POSITIVE_INFINITY))
          throw error;
        await sleep(options.clock, waitMs, call.signal);
      }
    }
  };
}

function retryAfterMs(error: InferenceError): number {
  return error instanceof ServerError ? (error.retryAfterMs ?? 0) : 0;
}
