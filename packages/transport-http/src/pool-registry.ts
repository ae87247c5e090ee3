import { monitorPool, type Clock } from "@nereid/core/transport-kit";
import type { ConnectionPool } from "./connection-pool.ts";

/** A hold on a pool that others may use as well. */
export interface PoolLease {
  readonly pool: ConnectionPool;
  /** Writes the pool's statistics, once for each log, however many users ask for it. */
  monitor(log: (line: string) => void, clock: Clock): void;
  /** Lets go of the pool; the last one closes it. A second call awaits the first. */
  release(): Promise<void>;
}

/** Pools by what must separate two users. */
export interface PoolRegistry {
  /**
   * Takes a hold on the pool of a key, which the first one makes.
   *
   * @param key - undefined: a pool that is nobody else's
   */
  lease(key: string | undefined, create: () => ConnectionPool): PoolLease;
  /** Pools that somebody holds. */
  readonly size: number;
}

interface Entry {
  readonly pool: ConnectionPool;
  readonly monitors: Map<(line: string) => void, Monitor>;
  users: number;
}

interface Monitor {
  users: number;
  readonly stop: () => void;
}

/** Makes a registry without pools. */
export function createPoolRegistry(): PoolRegistry {
  const entries = new Map<string, Entry>();
  const enter = (key: string | undefined, create: () => ConnectionPool): Entry => {
    const known = key === undefined ? undefined : entries.get(key);
    if (known !== undefined) return known;
    const entry: Entry = { pool: create(), monitors: new Map(), users: 0 };
    if (key !== undefined) entries.set(key, entry);
    return entry;
  };

  return {
    get size() {
      return entries.size;
    },
    lease(key, create) {
      const entry = enter(key, create);
      entry.users += 1;
      let stopMonitor = (): void => undefined;
      let released: Promise<void> | undefined;
      return {
        pool: entry.pool,
        monitor(log, clock) {
          stopMonitor = joinMonitor(entry, log, clock);
        },
        release() {
          released ??= (async () => {
            stopMonitor();
            entry.users -= 1;
            if (entry.users > 0) return;
            // Whoever comes now gets a pool that is not about to close.
            if (key !== undefined) entries.delete(key);
            await entry.pool.close();
          })();
          return released;
        },
      };
    },
  };
}

function joinMonitor(
  { pool, monitors }: Entry,
  log: (line: string) => void,
  clock: Clock,
): () => void {
  const known = monitors.get(log);
  const monitor = known ?? { users: 0, stop: monitorPool(() => pool.stats, log, clock) };
  monitors.set(log, monitor);
  monitor.users += 1;
  return () => {
    monitor.users -= 1;
    if (monitor.users > 0) return;
    monitors.delete(log);
    monitor.stop();
  };
}
