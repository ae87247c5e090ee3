import type { Clock } from "@nereid/core/transport-kit";

/** A clock that moves only when told. */
export interface VirtualClock extends Clock {
  /** Moves time on, firing timers in their order and letting promises settle after each. */
  advance(ms: number): Promise<void>;
  /** Timers that have not fired. */
  readonly timers: number;
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Makes a clock at 0. */
export function createVirtualClock(): VirtualClock {
  let now = 0;
  const timers = new Set<Timer>();
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  const nextDue = (end: number): Timer | undefined => {
    let next: Timer | undefined;
    // Of two that are due at one time, the one that was set first.
    for (const timer of timers)
      if (timer.at <= end && timer.at < (next?.at ?? Infinity)) next = timer;
    return next;
  };
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
