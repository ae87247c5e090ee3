/** Work that is done once for all who ask. */
export interface SharedOnce<T> {
  /** The result, known or awaited. @throws the work's error; the signal's reason as it is */
  get(signal: AbortSignal): T | Promise<T>;
}

/**
 * Shares one run of some work among all who ask while it runs, and its result with all who ask later.
 * A failure is not kept. The work is aborted when nobody waits for it any more.
 */
export function createSharedOnce<T>(
  work: (signal: AbortSignal) => Promise<{ readonly value: T; readonly keep: boolean }>,
): SharedOnce<T> {
  let kept: { readonly value: T } | undefined;
  let running: { readonly result: Promise<T>; readonly leave: () => void } | undefined;
  let waiting = 0;

  const start = (): NonNullable<typeof running> => {
    const controller = new AbortController();
    const run = {
      result: work(controller.signal).then(
        ({ value, keep }) => {
          if (running === run) running = undefined;
          if (keep) kept = { value };
          return value;
        },
        (error: unknown) => {
          if (running === run) running = undefined;
          throw error;
        },
      ),
      leave(): void {
        waiting -= 1;
        if (waiting > 0 || running !== run) return;
        running = undefined;
        controller.abort();
      },
    };
    return run;
  };

  return {
    get(signal) {
      if (kept !== undefined) return kept.value;
      if (signal.aborted) return Promise.reject(signal.reason);
      if (running === undefined) waiting = 0;
      running ??= start();
      const { result, leave } = running;
      waiting += 1;
      return new Promise<T>((resolve, reject) => {
        const onAbort = (): void => {
          reject(signal.reason);
          leave();
        };
        signal.addEventListener("abort", onAbort, { once: true });
        result.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
      });
    },
  };
}
