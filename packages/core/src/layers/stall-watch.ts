import type { Clock } from "../transport/clock.ts";

/** A timer that comes later than this came behind a stalled event loop, or a process that was stopped. */
export const stallMs = 500;

/** When the process last stood still. */
export interface Stalls {
  /** When the end of the last stall was noticed; minus infinity before there was one. */
  readonly lastAt: number;
}

/** A clock whose timers tell when they come late. */
export interface StallWatch extends Stalls {
  readonly clock: Clock;
}

/** Watches a clock by the timers that are set on it anyway: it sets none of its own. */
export function watchStalls(clock: Clock): StallWatch {
  let lastAt = Number.NEGATIVE_INFINITY;
  return {
    get lastAt() {
      return lastAt;
    },
    clock: {
      now: () => clock.now(),
      setTimer(callback, delayMs) {
        const dueAt = clock.now() + delayMs;
        return clock.setTimer(() => {
          const now = clock.now();
          if (now - dueAt > stallMs) lastAt = now;
          callback();
        }, delayMs);
      },
    },
  };
}
