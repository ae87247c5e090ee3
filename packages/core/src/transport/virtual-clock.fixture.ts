import type { Clock } from "./clock.ts";

/** A clock that moves only when told. */
export interface VirtualClock extends Clock {
  /** Moves time on, firing timers in order and letting promises settle after each. */
  advance(ms: number): Promise<void>;
  /** Moves time on while nothing can happen, as behind a blocked event loop: what was due fires late. */
  stall(ms: number): Promise<void>;
  /** Timers that have not fired. */
  readonly timers: number;
}

/** Lets every promise that can settle without time settle. */
export async function settleMicrotasks(): Promise<void> {
  // A whole turn of the event loop: no chain of promises is too long for it.
  await new Promise<void>((resolve) => {
    setImmediate?.(() => resolve());
  });
}

export function createVirtualClock(): VirtualClock {
  let now = 0;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  return {
    now: () => now,
    setTimer(callback, delayMs) {
      const timer = { at: now + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    get timers() {
      return timers.size;
    },
    async stall(ms) {
      await settleMicrotasks();
      now += ms;
      const due = [...timers].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
      for (const timer of due) if (timers.delete(timer)) timer.callback();
      await settleMicrotasks();
    },
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        await settleMicrotasks();
        const due = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        now = Math.max(now, due.at);
        timers.delete(due);
        due.callback();
      }
      now = end;
      await settleMicrotasks();
    },
  };
}
