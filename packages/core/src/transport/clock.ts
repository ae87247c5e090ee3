/** Time, passed in so that no test waits for real. */
export interface Clock {
  /** Monotonic milliseconds, on the scale of `performance.now()`. */
  now(): number;
  /**
   * Calls back once after a delay.
   *
   * @param delayMs - from 0 to 2^31 - 1; longer waits are the caller's to split
   * @returns a function that takes the timer back
   */
  setTimer(callback: () => void, delayMs: number): () => void;
}

/** Timers of JavaScript wrap around beyond this. */
export const longestTimerMs: number = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimer: (callback, delayMs) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** The machine's own clock, whose timers keep no process alive. */
export const idleClock: Clock = {
  now: systemClock.now,
  setTimer: (callback, delayMs) => {
    const timer = setTimeout(callback, delayMs);
    // Where a timer is a number, none keeps anything alive.
    if (isTimerObject(timer)) timer.unref();
    return () => clearTimeout(timer);
  },
};

function isTimerObject(timer: unknown): timer is { unref(): void } {
  return typeof timer === "object" && timer !== null && "unref" in timer;
}

/** Resolves after a delay, or rejects with the signal's reason as soon as it aborts. */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.setTimer(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, delayMs);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
