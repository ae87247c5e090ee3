import { isModelGone } from "../errors/classify-gone.ts";
import { CircuitOpenError, DeadlineError, ServerError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import type { InferenceRequest } from "../protocol/request.ts";
import { sleep, type Clock } from "../transport/clock.ts";
import type { Call } from "../transport/transport.ts";
import { backoffMs, retryAfterMs, type BackoffOptions } from "./backoff.ts";
import { isStep, mayReplay } from "./may-replay.ts";
import type { ModelGrace } from "./model-grace.ts";
import { observeWait, type Observe, type RetryReason, type StopReason } from "./observe.ts";
import type { RetryBudget } from "./retry-budget.ts";

/** How often and after which waits a request is repeated. */
export interface RetryOptions extends BackoffOptions {
  /** Further attempts after the first. */
  readonly maxRetries: number;
  /** Pays for the retries. Default: no bound beside `maxRetries`. */
  readonly budget?: RetryBudget;
  /** Waits for a model that is gone, where the call is patient. Default: nobody waits. */
  readonly grace?: ModelGrace;
  readonly clock: Clock;
  /** Told of each retry, and why there is none. */
  readonly observe?: Observe;
}

/** A retry that will be made. */
export interface RetryPlan {
  readonly reason: RetryReason;
  readonly waitMs: number;
  /** Tokens of the budget. */
  readonly paid: number;
  /** True where it does not count among the retries, for the model was not there to be tried. */
  readonly isFree?: boolean;
}

/** The end of retrying. */
export interface RetryStop {
  readonly stop: StopReason;
  /** What the call ends with. */
  readonly error: InferenceError;
}

/** What is known when an attempt has failed. */
export interface Failed {
  readonly options: RetryOptions;
  readonly request: InferenceRequest;
  readonly call: Call;
  /** What an answer usually takes. */
  readonly answerMs: number;
}

/** A retry that could not even be answered in this time is not worth its wait. */
const leastAnswerMs = 50;
/** A circuit that would let a probe through at once is asked again no sooner. */
const leastPauseMs = 10;
const longestTimerMs = 2 ** 31 - 1;

/**
 * Decides on retry `retry` (0 is the first). A patient call waits until somebody can pay for it, and for a
 * model that is gone.
 */
export async function planRetry(
  retry: number,
  error: InferenceError,
  failed: Failed,
): Promise<RetryPlan | RetryStop> {
  const { call, options, request } = failed;
  const { grace } = options;
  // A state on the server has gone with its model, and does not come back with it.
  if (
    grace !== undefined &&
    call.patient === true &&
    isModelGone(error) &&
    !isStep(request, call)
  ) {
    const isBack = await observed(grace.wait(call), options.observe);
    if (isBack) return { reason: "failure", waitMs: 0, paid: 0, isFree: true };
    return { stop: "final", error };
  }
  for (;;) {
    const plan = planNow(retry, error, failed);
    if (!("stop" in plan) || plan.stop !== "budget" || call.patient !== true) return plan;
    if (options.budget !== undefined) {
      await observed(options.budget.replenished(call.signal), options.observe);
    }
  }
}

/** How long a patient call waits for an open circuit, which has let nothing through; else undefined. */
export function circuitPauseMs(
  error: InferenceError,
  { options, call }: Failed,
): number | undefined {
  if (!(error instanceof CircuitOpenError) || call.patient !== true) return undefined;
  const nextMs = Math.max(leastPauseMs, error.retryAfterMs);
  return timeLeftMs(options, call) < nextMs + leastAnswerMs ? undefined : nextMs;
}

/** Waits before a retry. @throws the call's reason as it is, told to the observer */
export function pause(waitMs: number, { options, call }: Failed): Promise<void> {
  return observed(sleep(options.clock, waitMs, call.signal), options.observe);
}

async function observed<T>(wait: Promise<T>, observe: Observe | undefined): Promise<T> {
  try {
    return await wait;
  } catch (reason) {
    observeWait(observe, "retry", reason);
    throw reason;
  }
}

function planNow(
  retry: number,
  error: InferenceError,
  { options, request, call, answerMs }: Failed,
): RetryPlan | RetryStop {
  const stopped = (stop: StopReason): RetryStop => ({ stop, error });
  if (error instanceof CircuitOpenError) return stopped("circuit-open");
  if (!mayReplay(error, request, call)) return stopped("final");
  if (retry >= options.maxRetries) return stopped("retries-spent");
  const reason = reasonOf(error);
  const backoff = backoffMs(retry, options, reason);
  const waitMs = Math.min(longestTimerMs, Math.max(backoff, retryAfterMs(error)));
  if (timeLeftMs(options, call) < waitMs + Math.max(leastAnswerMs, answerMs)) {
    return stopped(waitMs > backoff ? "retry-after" : "deadline");
  }
  // Last, so that a retry that will not be made is not paid for.
  const paid = options.budget === undefined ? 0 : options.budget.take(reason);
  return paid === undefined ? stopped("budget") : { reason, waitMs, paid };
}

function timeLeftMs({ clock }: RetryOptions, { deadline }: Call): number {
  return (deadline ?? Number.POSITIVE_INFINITY) - clock.now();
}

function reasonOf(error: InferenceError): RetryReason {
  if (error instanceof ServerError && error.outcome === "overloaded") return "throttled";
  return error instanceof DeadlineError ? "timeout" : "failure";
}
