import { isModelGone } from "../errors/classify-gone.ts";
import { ServerError, TransportError } from "../errors/errors.ts";
import { InferenceError } from "../errors/inference-error.ts";
import type { Layer } from "../transport/layer.ts";
import { createRecentFailures } from "./recent-failures.ts";
import { circuitPauseMs, pause, planRetry, type Failed, type RetryOptions } from "./retry-plan.ts";
import {
  createSuspicions,
  isDeath,
  isLoneDeath,
  isOwnAnswer,
  quarantined,
  type Suspicion,
} from "./suspicions.ts";

/**
 * Owns replay: repeats what `mayReplay` allows, as long as the budget pays for it and the deadline
 * leaves room for the wait and an answer. A server's Retry-After lengthens the wait, and an open
 * circuit ends the retries; a patient call waits for the circuit, the budget and a model that is gone instead. The last error is
 * thrown as it is, but for a lone record that took its server down twice: it is told to be the likely
 * cause, and not sent again.
 */
export function retryLayer(options: RetryOptions): Layer {
  const { budget, clock, grace, observe } = options;
  const answerTime = createAnswerTime();
  const suspicions = createSuspicions();
  const raised = createRecentFailures();
  return (next) => async (request, call) => {
    let paid = 0;
    let retry = 0;
    let free = 0;
    let blamed = 0;
    let suspicion: Suspicion | undefined;
    try {
      for (;;) {
        const startedAt = clock.now();
        try {
          const attempt = call.attempt + retry;
          const response = await next(request, retry === 0 ? call : { ...call, attempt });
          answerTime.add(clock.now() - startedAt);
          suspicions.answered(startedAt);
          grace?.answered(startedAt);
          if (retry === 0) budget?.earn();
          else budget?.refund(paid);
          return response;
        } catch (error) {
          if (isOwnAnswer(error)) {
            suspicions.answered(startedAt);
            if (!isModelGone(error)) grace?.answered(startedAt);
          }
          if (!InferenceError.is(error) || call.signal.aborted) throw error;
          if (isUnreachable(error)) suspicions.refused();
          if (isDeath(error)) suspicions.died(clock.now());
          const failedAt = clock.now();
          if (isOfModel(error)) raised.add(failedAt, call.deadline);
          const failed: Failed = { options, request, call, answerMs: answerTime.ms };
          const pauseMs = circuitPauseMs(error, failed);
          if (pauseMs !== undefined) {
            await pause(pauseMs, failed);
            continue;
          }
          const plan = await planRetry(retry - free, error, failed);
          if ("stop" in plan) {
            observe?.({ type: "retry-stopped", reason: plan.stop, attempts: retry + 1 });
            throw plan.error;
          }
          if (isLoneDeath(error, call)) {
            if (suspicion === undefined) suspicion = suspicions.raise(clock.now());
            else suspicion.again(clock.now());
          }
          retry += 1;
          if (plan.isFree === true) free += 1;
          paid = plan.paid;
          observe?.({ type: "retry", ...plan, attempt: call.attempt + retry });
          await pause(plan.waitMs, failed);
          // Behind the wait, for what failed beside it is known only then. What was left of a failed batch
          // has been tried in company already, and with a server that batches may have been again.
          if (call.isolated === true && isOfModel(error) && raised.isAlone(failedAt, call.deadline))
            blamed += 1;
          if (blamed > 1) {
            observe?.({ type: "retry-stopped", reason: "retries-spent", attempts: retry });
            throw error;
          }
          if (suspicion?.isLikely === true && isDeath(error)) {
            observe?.({ type: "retry-stopped", reason: "quarantined", attempts: retry });
            throw quarantined(request, error);
          }
        }
      }
    } finally {
      suspicion?.drop();
    }
  };
}

/** The model raised, which a record can be the reason of; connections die of many things. */
function isOfModel(error: InferenceError): boolean {
  return error instanceof ServerError && error.outcome === "internal";
}

function isUnreachable(error: InferenceError): boolean {
  return error instanceof TransportError && error.delivery === "not-sent";
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
