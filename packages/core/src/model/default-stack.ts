import type { BatchTuner } from "../batching/batch-tuner.ts";
import { tuningLayer } from "../batching/tuning-layer.ts";
import { breakerLayer } from "../layers/breaker.ts";
import { hedgeLayer, type HedgeOptions } from "../layers/hedge.ts";
import { deadlineLayer } from "../layers/deadline.ts";
import { limitLayer } from "../layers/limit.ts";
import { attemptLayer, type Observe } from "../layers/observe.ts";
import type { ModelGrace } from "../layers/model-grace.ts";
import type { RetryBudget } from "../layers/retry-budget.ts";
import { retryLayer } from "../layers/retry.ts";
import type { InFlightLimit } from "../layers/adaptive-limit.ts";
import type { ModelTelemetry } from "../layers/telemetry.ts";
import type { ModelOptions } from "../options/model-options.ts";
import type { Clock } from "../transport/clock.ts";
import type { Layer } from "../transport/layer.ts";
import { circuitOptions } from "./circuit-options.ts";
import type { ModelGuards } from "./model-guards.ts";

/** What the layers take from outside. */
export interface StackContext {
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Told of what the layers do. */
  readonly observe: Observe;
  /** Told of each exchange. Default: nobody, and no exchange is timed for it. */
  readonly tellAttempts?: Observe;
  /** The model's places, for those who must know how many there are. */
  readonly limit: InFlightLimit;
  /** Learns what batches take, where their size is not fixed. */
  readonly tuner?: BatchTuner;
  /** Takes the place of the breaker where there are several endpoints, or health checks. */
  readonly balancer?: Layer;
  /** When a request that is late may be sent to a second endpoint. Default: never. */
  readonly mayHedge?: HedgeOptions["mayHedge"];
  readonly budget: RetryBudget;
  /** Waits for a model that is gone. Default: nobody does. */
  readonly grace?: ModelGrace;
  readonly circuitFor: ModelGuards["circuitFor"];
  /** Around each exchange, and around all of them. Default: nothing. */
  readonly telemetry?: Pick<ModelTelemetry, "call" | "attempt">;
}

/** The layers of a model, from outside to inside. Their order is the policy. */
export function defaultStack(options: ModelOptions, tools: StackContext): Layer[] {
  const { clock, telemetry } = tools;
  return [
    // One observation for each thing the caller asked for.
    ...(telemetry === undefined ? [] : [telemetry.call]),
    // Everything below shares it, waiting included.
    deadlineLayer({ timeoutMs: options.timeoutMs, bound: "call", clock }),
    // Owns replay; below the deadline, so that waits count.
    retryLayer({
      maxRetries: options.maxRetries,
      initialBackoffMs: options.retryInitialBackoffMs,
      maxBackoffMs: options.retryMaxBackoffMs,
      ...tools,
    }),
    // Below retry, which sees one failure of the two; above the breaker, so that each counts for its own.
    ...hedge(tools),
    // Below retry, so that it counts attempts, and an open circuit ends the retries.
    ...breaker(options, tools),
    // Below the breaker, so that nobody queues for an open circuit; below retry, so that a request
    // that waits for its retry leaves its place to another.
    limitLayer(tools.limit, tools),
    // Below the limit, so that waiting for a place is no part of an exchange.
    ...(tools.tellAttempts === undefined ? [] : [attemptLayer(clock, tools.tellAttempts)]),
    // One observation for each exchange.
    ...(telemetry === undefined ? [] : [telemetry.attempt]),
    ...(tools.tuner === undefined ? [] : [tuningLayer(tools.tuner)]),
    ...attemptDeadline(options, clock),
  ];
}

function hedge({ mayHedge, clock, observe }: StackContext): Layer[] {
  return mayHedge === undefined ? [] : [hedgeLayer({ clock, mayHedge, observe })];
}

function breaker(options: ModelOptions, tools: StackContext): Layer[] {
  if (tools.balancer !== undefined) return [tools.balancer];
  if (options.circuitBreaker === undefined) return [];
  return [breakerLayer(tools.circuitFor(undefined, circuitOptions(options, tools)), tools.clock)];
}

function attemptDeadline({ attemptTimeoutMs }: ModelOptions, clock: Clock): Layer[] {
  if (attemptTimeoutMs === undefined) return [];
  return [deadlineLayer({ timeoutMs: attemptTimeoutMs, bound: "attempt", clock })];
}
