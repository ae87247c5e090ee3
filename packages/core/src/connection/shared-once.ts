/** Work that is done once for all who ask. */
export interface SharedOnce<T> {
  /** The result, known or awaited. @throws the work's error; the signal's reason as it is */
  get(signal: AbortSignal): T | Promise<T>;
}

/** What some work came to, and whether it is worth remembering. */
export interface SharedResult<T> {
  readonly value: T;
  readonly keep: boolean;
}

interface Run<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

/**
 * Shares one run of some work among all who ask while it runs, and its result with all who ask later.
 * A failure is not kept. The work is aborted when nobody waits for it any more.
 */
export function createSharedOnce<T>(
  work: (signal: AbortSignal) => Promise<SharedResult<T>>,
): SharedOnce<T> {
  let kept: { readonly value: T } | undefined;
  let running: Run<T> | undefined;

  const start = (): Run<T> => {
    const controller = new AbortController();
    const over = (): void => {
      if (running === run) running = undefined;
    };
    const finished = work(controller.signal).finally(over);
    const result = finished.then(({ value, keep }) => {
      if (keep) kept = { value };
      return value;
    });
    const run: Run<T> = { result, controller, waiting: 0 };
    return run;
  };

  return {
    get(signal) {
      if (kept !== undefined) return kept.value;
      if (signal.aborted) return Promise.reject(signal.reason);
      const run = (running ??= start());
      run.waiting += 1;
      return new Promise<T>((resolve, reject) => {
        const onAbort = (): void => {
          reject(signal.reason);
          run.waiting -= 1;
          if (run.waiting > 0 || running !== run) return;
          running = undefined;
          run.controller.abort();
        };
        signal.addEventListener("abort", onAbort, { once: true });
        void run.result
          .then(resolve, reject)
          .finally(() => signal.removeEventListener("abort", onAbort));
      });
    },
  };
}
