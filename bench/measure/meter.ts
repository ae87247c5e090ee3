import { readFileSync } from "node:fs";

/** What time and work are read from. */
export interface Meter {
  /** Milliseconds of a clock that only goes on. */
  readonly now: () => number;
  /** CPU microseconds of the process, with all of its threads. */
  readonly cpuUs: () => number;
  /** Milliseconds that the main thread was ready to run while others had its core. */
  readonly waitedMs: () => number;
}

/** Of this process. */
export const processMeter: Meter = {
  now: () => performance.now(),
  cpuUs: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  waitedMs,
};

/**
 * Always 0 where the system does not tell.
 *
 * @see Linux, Documentation/scheduler/sched-stats.rst, /proc/PID/schedstat
 */
function waitedMs(): number {
  try {
    return Number(readFileSync("/proc/self/schedstat", "utf8").split(" ")[1]) / 1e6;
  } catch {
    return 0;
  }
}
