import { ServerError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import type { RetryReason } from "./observe.ts";

/** How the waits before retries grow. */
export interface BackoffOptions {
  /** First nominal wait; doubles with each retry. */
  readonly initialBackoffMs: number;
  /** Longest nominal wait. */
  readonly maxBackoffMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** A server that says it is full gets this many times the usual wait. */
const throttledFactor = 10;

/** The wait before retry `retry` (0 is the first): equal jitter, uniform in [nominal/2, nominal]. */
export function backoffMs(
  retry: number,
  { initialBackoffMs, maxBackoffMs, random }: BackoffOptions,
  reason: RetryReason = "failure",
): number {
  const firstMs = initialBackoffMs * (reason === "throttled" ? throttledFactor : 1);
  const nominalMs = Math.min(maxBackoffMs, firstMs * 2 ** retry);
  return nominalMs / 2 + (nominalMs / 2) * random();
}

/** How long the server asked to wait; 0 when it asked for nothing. */
export function retryAfterMs(error: InferenceError): number {
  return error instanceof ServerError ? (error.retryAfterMs ?? 0) : 0;
}
