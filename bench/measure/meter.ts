import { readFileSync } from "node:fs";

/** What time and work are read from. */
export interface Meter {
  /** Milliseconds of a clock that only goes on. */
  readonly now: () => number;
  /** CPU microseconds of the process, with all of its threads. */
  readonly cpuUs: () => number;
  /** Milliseconds that the main thread was ready to run while others than this process had its core. */
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
 * The process is bound to one core, so that its main thread waits for its own collectors of garbage as well: what
 * they take is no neighbour's. Always 0 where the system does not tell.
 *
 * @see Linux, Documentation/scheduler/sched-stats.rst, /proc/PID/schedstat
 */
function waitedMs(): number {
  try {
    const [ranNs = 0, waitedNs = 0] = readFileSync("/proc/self/schedstat", "utf8")
      .split(" ")
      .map(Number);
    const ownThreadsMs = processMeter.cpuUs() / 1000 - ranNs / 1e6;
    return waitedNs / 1e6 - ownThreadsMs;
  } catch {
    return 0;
  }
}
