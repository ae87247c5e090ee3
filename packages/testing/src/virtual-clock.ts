import type { Clock } from "@nereid/core/transport-kit";

/** A clock that moves only when told. */
export interface VirtualClock extends Clock {
  /** Moves time on, firing timers in their order and letting promises settle after each. */
  advance(ms: number): Promise<void>;
  /** Timers that have not fired. */
  readonly timers: number;
}

/** Makes a clock at 0. */
export function createVirtualClock(): VirtualClock {
  let now = 0;
  const timers = new Set<{ readonly at: number; readonly callback: () => void }>();
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  const nextDue = (
    end: number,
  ): { readonly at: number; readonly callback: () => void } | undefined =>
    [...timers].filter(({ at }) => at <= end).sort((left, right) => left.at - right.at)[0];
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
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (let due = nextDue(end); due !== undefined; due = nextDue(end)) {
        now = Math.max(now, due.at);
        timers.delete(due);
        due.callback();
        await settle();
      }
      now = end;
      await settle();
    },
  };
}
