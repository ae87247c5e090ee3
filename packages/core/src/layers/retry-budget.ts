import { sleep, type Clock } from "../transport/clock.ts";
import type { RetryReason } from "./observe.ts";

/** Limits retries to a share of what succeeds, so that an outage is not answered with a storm. */
export interface RetryBudget {
  /**
   * Pays for a retry.
   *
   * @returns the tokens it cost, which a success gives back; undefined when the budget has too few
   */
  take(reason: RetryReason): number | undefined;
  /** A first try succeeded. */
  earn(): void;
  /** A retry succeeded: it was no burden, and a free one shows that the server is back. */
  refund(tokens: number): void;
  /** What is left, from 0 (nothing) to 1; of several endpoints, where most is left. */
  readonly left: number;
  /**
   * Resolves when `take` may have something again: after a success, or when the next free retry is due.
   *
   * @throws the signal's reason as it is
   */
  replenished(signal: AbortSignal): Promise<void>;
}

/** What a budget is made of. */
export interface RetryBudgetOptions {
  /** Throttled retries over first tries in the long run; other failures get half, timeouts a quarter. */
  readonly ratio: number;
  readonly clock: Clock;
}

const capacityTokens = 500;
const tokens: Readonly<Record<RetryReason, number>> = {
  throttled: 5,
  failure: 10,
  // A server that is too slow still works on what timed out.
  timeout: 20,
};
/** Even an empty budget lets one retry pass in this time, or nothing would notice a recovery. */
const floorIntervalMs = 1000;

/**
 * A bucket of 500 tokens, full at first. A successful first try earns as much as makes `ratio` of
 * throttled retries; a retry costs 5 tokens after a throttle, 10 after another failure and 20 after a
 * timeout, given back when it succeeds.
 *
 * One budget serves everything that shares an endpoint.
 */
export function createRetryBudget({ ratio, clock }: RetryBudgetOptions): RetryBudget {
  const earned = tokens.throttled * ratio;
  let left = capacityTokens;
  let freeRetryFrom = clock.now();
  const waiting = new Set<() => void>();
  const add = (amount: number): void => {
    left = Math.min(capacityTokens, left + amount);
    for (const wake of waiting) wake();
  };
  return {
    take(reason) {
      const cost = tokens[reason];
      if (left >= cost) {
        left -= cost;
        return cost;
      }
      const now = clock.now();
      if (now < freeRetryFrom) return undefined;
      freeRetryFrom = now + floorIntervalMs;
      return 0;
    },
    earn: () => add(earned),
    refund: (paid) => add(Math.max(paid, tokens.failure)),
    replenished(signal) {
      const over = new AbortController();
      const wake = (): void => over.abort();
      waiting.add(wake);
      const dueMs = Math.max(1, freeRetryFrom - clock.now());
      return sleep(clock, dueMs, AbortSignal.any([signal, over.signal]))
        .catch(() => signal.throwIfAborted())
        .finally(() => waiting.delete(wake));
    },
    get left() {
      return left / capacityTokens;
    },
  };
}
