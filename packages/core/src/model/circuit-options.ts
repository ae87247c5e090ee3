import type { CircuitOptions } from "../layers/circuit.ts";
import type { Observe } from "../layers/observe.ts";
import type { CircuitBreakerOptions, ModelOptions } from "../options/model-options.ts";
import type { Clock } from "../transport/clock.ts";

/** What circuits take from outside. */
export interface CircuitTools {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly observe?: Observe;
}

/** Without a breaker, one of several endpoints is avoided for a short while: the others are there. */
const outlier: CircuitBreakerOptions = {
  failureThreshold: 0.5,
  timeoutMs: 5000,
  halfOpenRequests: 1,
};

/** The circuit of one endpoint of a model. */
export function circuitOptions(
  { circuitBreaker = outlier, attemptTimeoutMs, timeoutMs }: ModelOptions,
  { clock, random, observe }: CircuitTools,
): CircuitOptions {
  return {
    failureThreshold: circuitBreaker.failureThreshold,
    openMs: circuitBreaker.timeoutMs,
    halfOpenProbes: circuitBreaker.halfOpenRequests,
    // A probe takes as long as an attempt may, and a moment to tell.
    longestProbeMs: (attemptTimeoutMs ?? timeoutMs) + 1000,
    clock,
    random,
    ...(observe === undefined ? {} : { observe }),
  };
}
