import { CircuitOpenError, DeadlineError, ServerError } from "../errors/errors.ts";
import { InferenceError } from "../errors/inference-error.ts";
import type { InferenceRequest } from "../protocol/request.ts";
import { sleep, type Clock } from "../transport/clock.ts";
import type { Layer } from "../transport/layer.ts";
import type { Call } from "../transport/transport.ts";
import { backoffMs, retryAfterMs, type BackoffOptions } from "./backoff.ts";
import { mayReplay } from "./may-replay.ts";
import { observeWait, type Observe, type RetryReason, type StopReason } from "./observe.ts";
import type { RetryBudget } from "./retry-budget.ts";

/** How often and after which waits a request is repeated. */
export interface RetryOptions extends BackoffOptions {
  /** Further attempts after the first. */
  readonly maxRetries: number;
  /** Pays for the retries. Default: no bound beside `maxRetries`. */
  readonly budget?: RetryBudget;
  readonly clock: Clock;
  /** Told of each retry, and why there is none. */
  readonly observe?: Observe;
}

/** A retry that could not even be answered in this time is not worth its wait. */
const leastAnswerMs = 50;
/** A circuit that would let a probe through at once is asked again no sooner. */
const leastPauseMs = 10;
const longestTimerMs = 2 ** 31 - 1;

/**
 * Owns replay: repeats what `mayReplay` allows, as long as the budget pays for it and the deadline
 * leaves room for the wait and an answer. A server's Retry-After lengthens the wait, and an open
 * circuit ends the retries; a patient call waits for the circuit and the budget instead. The last error is
 * thrown as it is.
 */
export function retryLayer(options: RetryOptions): Layer {
  const { budget, clock, observe } = options;
  const answerTime = createAnswerTime();
  return (next) => async (request, call) => {
    let paid = 0;
    let retry = 0;
    for (;;) {
      const startedAt = clock.now();
      try {
        const attempt = call.attempt + retry;
        const response = await next(request, retry === 0 ? call : { ...call, attempt });
        answerTime.add(clock.now() - startedAt);
        if (retry === 0) budget?.earn();
        else budget?.refund(paid);
        return response;
      } catch (error) {
        if (!InferenceError.is(error) || call.signal.aborted) throw error;
        const failed = { options, request, call, answerMs: answerTime.ms };
        const pause = pauseFor(error, failed);
        if (pause === undefined) {
          const plan = await planPatiently(retry, error, failed);
          if ("stop" in plan) {
            observe?.({ type: "retry-stopped", reason: plan.stop, attempts: retry + 1 });
            throw error;
          }
          retry += 1;
          paid = plan.paid;
          observe?.({ type: "retry", ...plan, attempt: call.attempt + retry });
          await pauseOf(sleep(clock, plan.waitMs, call.signal), observe);
        } else await pauseOf(sleep(clock, pause, call.signal), observe);
      }
    }
  };
}

interface RetryPlan {
  readonly reason: RetryReason;
  readonly waitMs: number;
  /** Tokens of the budget. */
  readonly paid: number;
}

interface Failed {
  readonly options: RetryOptions;
  readonly request: InferenceRequest;
  readonly call: Call;
  /** What an answer usually takes. */
  readonly answerMs: number;
}

/** The signal of a call that waits says why the wait ended. */
async function pauseOf(wait: Promise<void>, observe: Observe | undefined): Promise<void> {
  try {
    await wait;
  } catch (reason) {
    observeWait(observe, "retry", reason);
    throw reason;
  }
}

/** How long a patient call waits for an open circuit, which has let nothing through; else undefined. */
function pauseFor(error: InferenceError, { options, call }: Failed): number | undefined {
  if (!(error instanceof CircuitOpenError) || call.patient !== true) return undefined;
  const nextMs = Math.max(leastPauseMs, error.retryAfterMs);
  return timeLeft(options, call) < nextMs + leastAnswerMs ? undefined : nextMs;
}

/** A patient call whose retry nobody can pay for waits until somebody can. */
async function planPatiently(
  retry: number,
  error: InferenceError,
  failed: Failed,
): Promise<RetryPlan | { readonly stop: StopReason }> {
  const { budget, observe } = failed.options;
  for (;;) {
    const plan = planRetry(retry, error, failed);
    if (!("stop" in plan) || plan.stop !== "budget" || failed.call.patient !== true) return plan;
    if (budget !== undefined) await pauseOf(budget.replenished(failed.call.signal), observe);
  }
}

function timeLeft({ clock }: RetryOptions, { deadline }: Call): number {
  return (deadline ?? Number.POSITIVE_INFINITY) - clock.now();
}

function planRetry(
  retry: number,
  error: InferenceError,
  { options, request, call, answerMs }: Failed,
): RetryPlan | { readonly stop: StopReason } {
  if (error instanceof CircuitOpenError) return { stop: "circuit-open" };
  if (!mayReplay(error, request, call)) return { stop: "final" };
  if (retry >= options.maxRetries) return { stop: "retries-spent" };
  const reason = reasonOf(error);
  const backoff = backoffMs(retry, options, reason);
  const waitMs = Math.min(longestTimerMs, Math.max(backoff, retryAfterMs(error)));
  if (timeLeft(options, call) < waitMs + Math.max(leastAnswerMs, answerMs)) {
    return { stop: waitMs > backoff ? "retry-after" : "deadline" };
  }
  // Last, so that a retry that will not be made is not paid for.
  const paid = options.budget === undefined ? 0 : options.budget.take(reason);
  return paid === undefined ? { stop: "budget" } : { reason, waitMs, paid };
}

function reasonOf(error: InferenceError): RetryReason {
  if (error instanceof ServerError && error.outcome === "overloaded") return "throttled";
  return error instanceof DeadlineError ? "timeout" : "failure";
}

/** A moving mean of what answers took. */
function createAnswerTime(): { add(ms: number): void; readonly ms: number } {
  const weight = 0.1;
  let mean: number | undefined;
  return {
    add: (ms) => {
      mean = mean === undefined ? ms : mean + weight * (ms - mean);
    },
    get ms() {
      return mean ?? 0;
    },
  };
}
