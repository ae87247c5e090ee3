import { isModelGone } from "../errors/classify-gone.ts";
import { CircuitOpenError, DeadlineError, ServerError, TransportError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import type { InferenceRequest } from "../protocol/request.ts";
import { longestTimerMs, sleep, type Clock } from "../transport/clock.ts";
import type { Patience } from "../transport/patience.ts";
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
  /** True when the server asked for the wait, and the rows of a stream have the patience for it. */
  readonly atGate: boolean;
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
  /** When the attempt began. */
  readonly startedAt: number;
  /** What is left until the deadline, which waits at a gate move. */
  readonly leftMs: () => number;
  /** What an answer usually takes. */
  readonly answerMs: number;
}

/** A retry that could not even be answered in this time is not worth its wait. */
const leastAnswerMs = 50;
/** A circuit that would let a probe through at once is asked again no sooner. */
const leastPauseMs = 10;
/** A server that is not there is looked for at least so often, whatever the backoff has grown to. */
const longestLookMs = 1000;

/**
 * Decides on retry `retry` (0 is the first). Rows of a stream wait until somebody can pay for it, and for a
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
    call.patience !== undefined &&
    isModelGone(error) &&
    !isStep(request, call)
  ) {
    const isBack = await observed(
      grace.wait({ signal: call.signal, deadline: options.clock.now() + failed.leftMs() }),
      options.observe,
    );
    if (isBack) return { reason: "failure", waitMs: 0, paid: 0, isFree: true, atGate: false };
    return { stop: "final", error };
  }
  for (;;) {
    const plan = planNow(retry, error, failed);
    const { budget } = options;
    if (!("stop" in plan) || plan.stop !== "budget" || budget === undefined) return plan;
    if (call.patience === undefined) return plan;
    const since = options.clock.now();
    const gate = { since, error, signal: call.signal };
    await call.patience.wait(gate, (signal) => budget.replenished(signal));
  }
}

/**
 * Waits with the rows of a stream for an open circuit, or for a server where there was none. That costs no
 * retry, for nothing was sent; what looks for a server is paid for, or many would do it at once.
 *
 * @param looks - how often none was there before
 * @returns what it cost; undefined for a circuit
 */
export async function waitAtGate(
  patience: Patience,
  error: InferenceError,
  { options, call, startedAt }: Failed,
  looks: number,
): Promise<RetryPlan | undefined> {
  const { clock, budget } = options;
  const isCircuit = error instanceof CircuitOpenError;
  const waitMs = isCircuit
    ? Math.max(leastPauseMs, error.retryAfterMs)
    : Math.min(longestLookMs, backoffMs(looks, options));
  let paid: number | undefined;
  await patience.wait({ since: startedAt, error, signal: call.signal }, async (signal) => {
    await sleep(clock, Math.min(longestTimerMs, waitMs), signal);
    if (isCircuit) return;
    while ((paid = budget === undefined ? 0 : budget.take("failure")) === undefined) {
      // One waiter after the other: who comes too late waits for the next token.
      await budget?.replenished(signal);
    }
  });
  return paid === undefined ? undefined : { reason: "failure", waitMs, paid, atGate: true };
}

/** The circuit is open, or nobody is there: nothing was sent, and time may help. */
export function isClosedGate(error: InferenceError): boolean {
  if (error instanceof CircuitOpenError) return true;
  return error instanceof TransportError && error.delivery === "not-sent" && error.retryable;
}

/** Waits before a retry. @throws the call's reason as it is, told to the observer */
export function pause(
  { waitMs, atGate }: RetryPlan,
  error: InferenceError,
  { options, call }: Failed,
): Promise<void> {
  const { clock } = options;
  const wait = (signal: AbortSignal): Promise<void> => sleep(clock, waitMs, signal);
  if (!atGate || call.patience === undefined) return observed(wait(call.signal), options.observe);
  return call.patience.wait({ since: clock.now(), error, signal: call.signal }, wait);
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
  { options, request, call, answerMs, leftMs }: Failed,
): RetryPlan | RetryStop {
  const stopped = (stop: StopReason): RetryStop => ({ stop, error });
  if (error instanceof CircuitOpenError) return stopped("circuit-open");
  if (!mayReplay(error, request, call)) return stopped("final");
  if (retry >= options.maxRetries) return stopped("retries-spent");
  const reason = reasonOf(error);
  const backoff = backoffMs(retry, options, reason);
  const waitMs = Math.min(longestTimerMs, Math.max(backoff, retryAfterMs(error)));
  const atGate = call.patience !== undefined && waitMs > backoff;
  const leastMs = (atGate ? 0 : waitMs) + Math.max(leastAnswerMs, answerMs);
  if (leftMs() < leastMs) {
    return stopped(waitMs > backoff ? "retry-after" : "deadline");
  }
  // Last, so that a retry that will not be made is not paid for.
  const paid = options.budget === undefined ? 0 : options.budget.take(reason);
  return paid === undefined ? stopped("budget") : { reason, waitMs, paid, atGate };
}

function reasonOf(error: InferenceError): RetryReason {
  if (error instanceof ServerError && error.outcome === "overloaded") return "throttled";
  return error instanceof DeadlineError ? "timeout" : "failure";
}
