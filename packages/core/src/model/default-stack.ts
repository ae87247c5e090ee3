import { deadlineLayer } from "../layers/deadline.ts";
import { limitLayer } from "../layers/limit.ts";
import { attemptLayer, shielded, type Observe } from "../layers/observe.ts";
import { createRetryBudget } from "../layers/retry-budget.ts";
import { retryLayer } from "../layers/retry.ts";
import type { ModelOptions } from "../options/model-options.ts";
import type { Clock } from "../transport/clock.ts";
import type { Layer } from "../transport/layer.ts";

/** What the layers take from outside. */
export interface StackContext {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Told of what the layers do. Default: nobody. */
  readonly observe?: Observe | undefined;
}

/** The layers of a model, from outside to inside. Their order is the policy. */
export function defaultStack(options: ModelOptions, context: StackContext): Layer[] {
  const { clock, random } = context;
  const observe = context.observe === undefined ? undefined : shielded(context.observe);
  const told = observe === undefined ? {} : { observe };
  return [
    // Everything below shares it, waiting included.
    deadlineLayer({ timeoutMs: options.timeoutMs, bound: "call", clock }),
    // Owns replay; below the deadline, so that waits count.
    retryLayer({
      maxRetries: options.maxRetries,
      initialBackoffMs: options.retryInitialBackoffMs,
      maxBackoffMs: options.retryMaxBackoffMs,
      budget: createRetryBudget({ ratio: options.retryBudget, clock }),
      clock,
      random,
      ...told,
    }),
    // Below retry, so that a request that waits for its retry leaves its place to another.
    limitLayer(options.maxInFlight),
    ...(observe === undefined ? [] : [attemptLayer(clock, observe)]),
    // Innermost, so that waiting for a place is no part of an exchange.
    ...attemptDeadline(options, clock),
  ];
}

function attemptDeadline({ attemptTimeoutMs }: ModelOptions, clock: Clock): Layer[] {
  if (attemptTimeoutMs === undefined) return [];
  return [deadlineLayer({ timeoutMs: attemptTimeoutMs, bound: "attempt", clock })];
}
