/** Counts what is under way, so that closing can wait for it. */
export interface UnderWay {
  /** Counts a piece of work until it has settled. */
  track<T>(work: () => Promise<T>): Promise<T>;
  /** Counts one until the function that comes back is called, once. */
  enter(): () => void;
  /** Resolves when nothing is under way. */
  drained(): Promise<void>;
}

/** Makes a counter at nothing. */
export function createUnderWay(): UnderWay {
  let count = 0;
  let waiting: (() => void)[] = [];
  const enter = (): (() => void) => {
    count += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      count -= 1;
      if (count > 0) return;
      for (const resolve of waiting) resolve();
      waiting = [];
    };
  };
  return {
    enter,
    async track(work) {
      const leave = enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
    drained: () =>
      count === 0 ? Promise.resolve() : new Promise((resolve) => void waiting.push(resolve)),
  };
}
