import { backoffMs } from "../layers/backoff.ts";
import type { RetryBudget } from "../layers/retry-budget.ts";
import type { ModelOptions } from "../options/model-options.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import { sleep, type Clock } from "../transport/clock.ts";
import { deadlineOf } from "../transport/patience.ts";
import type { Call } from "../transport/transport.ts";

/** What a wait has to know of the call that it belongs to. */
export type WaitingCall = Pick<Call, "signal" | "deadline" | "patience">;

/** What comes before records are sent again that had no answer: a payment and a wait. */
export interface Pause {
  /**
   * Waits as before retry `retry`; rows of a stream wait for the budget as well.
   *
   * @returns tokens that were paid; undefined when nobody can pay, or the deadline leaves no room
   * @throws UnavailableError when the rows of a stream have waited for too long
   */
  wait(call: WaitingCall, retry: number, error: InferenceError): Promise<number | undefined>;
  /** What was paid for has been answered. */
  refund(tokens: number): void;
}

/** For what is never sent again. */
export const noPause: Pause = { wait: () => Promise.resolve(undefined), refund: () => undefined };

/** What a pause is made of. */
export interface PauseTools {
  readonly budget: RetryBudget;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

type Backoff = Pick<ModelOptions, "retryInitialBackoffMs" | "retryMaxBackoffMs">;

/** Makes the pauses of a model: they cost what retries cost, for they are ones. */
export function createPause(options: Backoff, { budget, clock, random }: PauseTools): Pause {
  const { retryInitialBackoffMs: initialBackoffMs, retryMaxBackoffMs: maxBackoffMs } = options;
  return {
    async wait({ signal, deadline: givenDeadline, patience }, retry, error) {
      const waitMs = backoffMs(retry, { initialBackoffMs, maxBackoffMs, random });
      for (;;) {
        const deadline = deadlineOf(givenDeadline, patience) ?? Number.POSITIVE_INFINITY;
        if (signal.aborted || deadline - clock.now() <= waitMs) return undefined;
        const paid = budget.take("failure");
        if (paid !== undefined) {
          // The parts find an abort out for themselves.
          await sleep(clock, waitMs, signal).catch(() => undefined);
          return paid;
        }
        if (patience === undefined) return undefined;
        try {
          await patience.wait({ since: clock.now(), error, signal }, (either) =>
            budget.replenished(either),
          );
        } catch (reason) {
          if (!signal.aborted) throw reason;
        }
      }
    },
    refund: (tokens) => budget.refund(tokens),
  };
}
