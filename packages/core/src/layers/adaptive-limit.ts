import { DeadlineError, ServerError } from "../errors/errors.ts";
import type { Clock } from "../transport/clock.ts";
import type { Observe } from "./observe.ts";

/** How many exchanges may be under way. */
export interface InFlightLimit {
  /** As of now; may change whenever an exchange ends. */
  readonly maxInFlight: number;
  /** How many are; kept by the layer that hands out the places. */
  underWay: number;
  /** Learns from an exchange. @param underWay - how many there were, itself included */
  ended(exchange: { readonly startedAt: number; readonly error?: unknown }, underWay: number): void;
}

/** A limit that stays as it is. */
export function fixedLimit(maxInFlight: number): InFlightLimit {
  return { maxInFlight, underWay: 0, ended: () => undefined };
}

/** What an adaptive limit takes from outside. */
export interface AdaptiveLimitOptions {
  readonly clock: Clock;
  readonly observe?: Observe;
}

/** The most that an adaptive limit grows to: the sockets of a pool. */
export const largestAdaptiveLimit = 100;
const startLimit = 4;
const leastWindowMs = 100;
/** No more than a fifth, so that the load swings by no more either. */
const throttledFactor = 0.8;
const timeoutFactor = 0.9;

/**
 * Grows while the server keeps up and shrinks as soon as it says that it is full, or lets an exchange
 * run out of time: it doubles until that happens for the first time, and grows by one from then on,
 * once in the time that an answer takes. Loss and not latency decides, for a server that batches may
 * be slow on purpose. From 1 to 100, starting with 4.
 *
 * @see Chiu and Jain, "Analysis of the increase and decrease algorithms for congestion avoidance"
 */
export function createAdaptiveLimit({ clock, observe }: AdaptiveLimitOptions): InFlightLimit {
  let limit = startLimit;
  let droppedAt: number | undefined;
  let changedAt = clock.now();
  let answerMs = 0;
  let mostUnderWay = 0;

  const change = (next: number): void => {
    const before = Math.floor(limit);
    limit = Math.min(largestAdaptiveLimit, Math.max(1, next));
    changedAt = clock.now();
    mostUnderWay = 0;
    const maxInFlight = Math.floor(limit);
    if (maxInFlight !== before) observe?.({ type: "limit", maxInFlight });
  };

  return {
    underWay: 0,
    get maxInFlight() {
      return Math.floor(limit);
    },
    ended({ startedAt, error }, underWay) {
      const factor = dropFactor(error);
      if (factor !== undefined) {
        // What was sent under the larger limit says nothing of the one of now.
        if (droppedAt !== undefined && startedAt < droppedAt) return;
        droppedAt = clock.now();
        change(limit * factor);
        return;
      }
      mostUnderWay = Math.max(mostUnderWay, underWay);
      // A failure is no answer: a server that is away must not make the limit grow.
      if (error !== undefined) return;
      const now = clock.now();
      answerMs += (now - startedAt - answerMs) * 0.2;
      if (now - changedAt < Math.max(leastWindowMs, answerMs)) return;
      // A limit that is not made use of has not been tried.
      if (mostUnderWay * 2 >= limit) change(droppedAt === undefined ? limit * 2 : limit + 1);
    },
  };
}

function dropFactor(error: unknown): number | undefined {
  if (error instanceof DeadlineError) return timeoutFactor;
  const isThrottled = error instanceof ServerError && error.outcome === "overloaded";
  return isThrottled ? throttledFactor : undefined;
}
