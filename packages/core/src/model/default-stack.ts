import { deadlineLayer } from "../layers/deadline.ts";
import { limitLayer } from "../layers/limit.ts";
import { retryLayer } from "../layers/retry.ts";
import type { ModelOptions } from "../options/model-options.ts";
import type { Clock } from "../transport/clock.ts";
import type { Layer } from "../transport/layer.ts";

/** What the layers take from outside. */
export interface StackContext {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** The layers of a model, from outside to inside. Their order is the policy. */
export function defaultStack(options: ModelOptions, { clock, random }: StackContext): Layer[] {
  return [
    // Everything below shares it, waiting included.
    deadlineLayer({ timeoutMs: options.timeoutMs, bound: "call", clock }),
    // Owns replay; below the deadline, so that waits count.
    retryLayer({
      maxRetries: options.maxRetries,
      initialBackoffMs: options.retryInitialBackoffMs,
      maxBackoffMs: options.retryMaxBackoffMs,
      clock,
      random,
    }),
    // Below retry, so that a request that waits for its retry leaves its place to another.
    limitLayer(options.maxInFlight),
    // Innermost, so that waiting for a place is no part of an exchange.
    ...attemptDeadline(options, clock),
  ];
}

function attemptDeadline({ attemptTimeoutMs }: ModelOptions, clock: Clock): Layer[] {
  if (attemptTimeoutMs === undefined) return [];
  return [deadlineLayer({ timeoutMs: attemptTimeoutMs, bound: "attempt", clock })];
}
