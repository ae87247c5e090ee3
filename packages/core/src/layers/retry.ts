import { isModelGone } from "../errors/classify-gone.ts";
import { ServerError, TransportError } from "../errors/errors.ts";
import { InferenceError } from "../errors/inference-error.ts";
import type { InferenceRequest } from "../protocol/request.ts";
import type { InferenceResponse } from "../protocol/response.ts";
import { begin, type Layer } from "../transport/layer.ts";
import type { Call, Infer } from "../transport/transport.ts";
import type { LayerEvent } from "./observe.ts";
import { createRecentFailures } from "./recent-failures.ts";
import {
  isClosedGate,
  pause,
  planRetry,
  waitAtGate,
  type Failed,
  type RetryOptions,
  type RetryPlan,
} from "./retry-plan.ts";
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
 * circuit ends the retries; rows of a stream wait at such gates, as they do for a server or a model that is
 * not there, and that time is no part of their deadline. The last error is thrown as it is, but for a lone
 * record that took its server down twice: it is told to be the likely cause, and not sent again.
 */
export function retryLayer(options: RetryOptions): Layer {
  const { budget, clock, grace, observe } = options;
  const answerTime = createAnswerTime();
  const suspicions = createSuspicions();
  const raised = createRecentFailures();

  const answered = (startedAt: number, paid: number | undefined): void => {
    answerTime.add(clock.now() - startedAt);
    suspicions.answered(startedAt);
    grace?.answered(startedAt);
    if (paid === undefined) budget?.earn();
    else budget?.refund(paid);
  };

  const repeat = async (
    infer: Infer,
    request: InferenceRequest,
    given: Call,
    first: Attempt,
    waitedBefore: number,
  ): Promise<InferenceResponse> => {
    const { patience } = given;
    const deadline = (): number =>
      (given.deadline ?? Number.POSITIVE_INFINITY) + (patience?.waitedMs() ?? 0) - waitedBefore;
    let paid: number | undefined;
    let retry = 0;
    let free = 0;
    let looks = 0;
    let blamed = 0;
    let suspicion: Suspicion | undefined;
    const begun = (): Attempt => {
      const startedAt = clock.now();
      const call = callOf(given, given.attempt + retry + looks, deadline());
      return { startedAt, exchange: begin(infer, request, call) };
    };
    try {
      for (let attempt = first; ; attempt = begun()) {
        const { startedAt } = attempt;
        try {
          const response = await attempt.exchange;
          answered(startedAt, paid);
          return response;
        } catch (error) {
          if (isOwnAnswer(error)) {
            suspicions.answered(startedAt);
            if (!isModelGone(error)) grace?.answered(startedAt);
          }
          if (!InferenceError.is(error) || given.signal.aborted) throw error;
          if (isUnreachable(error)) suspicions.refused();
          if (isDeath(error)) suspicions.died(clock.now());
          const failedAt = clock.now();
          if (isOfModel(error)) raised.add(failedAt, given.deadline);
          const failed: Failed = {
            options,
            request,
            call: given,
            startedAt,
            leftMs: () => deadline() - clock.now(),
            answerMs: answerTime.ms,
          };
          if (patience !== undefined && isClosedGate(error)) {
            const look = await waitAtGate(patience, error, failed, looks);
            if (look === undefined) continue;
            looks += 1;
            paid = look.paid;
            observe?.(retryOf(look, given.attempt + retry + looks));
            continue;
          }
          const plan = await planRetry(retry - free, error, failed);
          if ("stop" in plan) {
            observe?.({ type: "retry-stopped", reason: plan.stop, attempts: retry + 1 });
            throw plan.error;
          }
          if (isLoneDeath(error, given)) {
            if (suspicion === undefined) suspicion = suspicions.raise(clock.now());
            else suspicion.again(clock.now());
          }
          retry += 1;
          if (plan.isFree === true) free += 1;
          paid = plan.paid;
          await pause(plan, error, failed);
          // Behind the wait, for what failed beside it is known only then. What was left of a failed batch
          // has been tried in company already, and with a server that batches may have been again.
          if (
            given.isolated === true &&
            isOfModel(error) &&
            raised.isAlone(failedAt, given.deadline)
          )
            blamed += 1;
          const isQuarantined = suspicion?.isLikely === true && isDeath(error);
          if (blamed > 1 || isQuarantined) {
            // The retry that was paid for is not sent.
            if (paid > 0) budget?.refund(paid);
            const reason = blamed > 1 ? "retries-spent" : "quarantined";
            observe?.({ type: "retry-stopped", reason, attempts: retry });
            throw blamed > 1 ? error : quarantined(request, error);
          }
          observe?.(retryOf(plan, given.attempt + retry + looks));
        }
      }
    } finally {
      suspicion?.drop();
    }
  };

  return (infer) => (request, given) => {
    const waitedBefore = given.patience?.waitedMs() ?? 0;
    const startedAt = clock.now();
    const exchange = begin(infer, request, given);
    return exchange.then(
      (response) => {
        answered(startedAt, undefined);
        return response;
      },
      () => repeat(infer, request, given, { startedAt, exchange }, waitedBefore),
    );
  };
}

/** An exchange that has begun. */
interface Attempt {
  readonly startedAt: number;
  readonly exchange: Promise<InferenceResponse>;
}

function callOf(given: Call, attempt: number, deadline: number): Call {
  if (attempt === given.attempt && deadline === (given.deadline ?? deadline)) return given;
  return given.deadline === undefined ? { ...given, attempt } : { ...given, attempt, deadline };
}

function retryOf({ reason, waitMs, paid }: RetryPlan, attempt: number): LayerEvent {
  return { type: "retry", reason, waitMs, paid, attempt };
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
