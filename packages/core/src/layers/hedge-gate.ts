import { DeadlineError, ServerError } from "../errors/errors.ts";
import type { Clock } from "../transport/clock.ts";

/** Decides when a second exchange may be sent beside one that takes long. */
export interface HedgeGate {
  /** After how many milliseconds a request is late; undefined while nobody knows. */
  readonly lateMs: number | undefined;
  /** A request was answered behind so long, by whichever exchange. */
  took(durationMs: number): void;
  /** An exchange failed, for whatever reason. */
  failed(error: unknown): void;
  /** Pays for one; false when there is none to be had. */
  take(): boolean;
}

/** Answers for each hedge: one request in twenty at most. */
const answersForOne = 20;
/** How many can be saved up. */
const mostSaved = 10;
const leastDelayMs = 50;
/** Answers of which the slowest twentieth is late. */
const remembered = 200;
const leastRemembered = 20;
/** The quantile is worked out anew behind so many answers. */
const refreshedEvery = 20;
/** So long none is sent behind an answer that says that a server is full, or an exchange without one in time. */
const quietMs = 10_000;

/**
 * Makes the gate of a model. A request is late when it takes longer than 95 % of the last 200, and 50 ms at
 * least.
 *
 * @see Dean and Barroso, "The Tail at Scale"; gRPC proposal A6
 */
export function createHedgeGate(clock: Clock): HedgeGate {
  const durations: number[] = [];
  let count = 0;
  let lateMs: number | undefined;
  let saved = 0;
  let quietUntil = Number.NEGATIVE_INFINITY;
  return {
    get lateMs() {
      return lateMs;
    },
    took(durationMs) {
      saved = Math.min(mostSaved * answersForOne, saved + 1);
      durations[count % remembered] = durationMs;
      count += 1;
      if (count < leastRemembered || count % refreshedEvery !== 0) return;
      const sorted = durations.toSorted((one, other) => one - other);
      const slow = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
      lateMs = Math.max(leastDelayMs, slow);
    },
    failed(error) {
      const isFull = error instanceof ServerError && error.outcome === "overloaded";
      if (isFull || error instanceof DeadlineError) quietUntil = clock.now() + quietMs;
    },
    take() {
      if (saved < answersForOne || clock.now() < quietUntil) return false;
      saved -= answersForOne;
      return true;
    },
  };
}
