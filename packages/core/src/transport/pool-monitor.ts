import type { Clock } from "./clock.ts";
import { debugQuietly } from "./logger.ts";
import type { PoolStats } from "./report.ts";

const intervalMs = 30_000;

/** Writes one line of pool statistics now and every 30 s. @returns a function that ends it */
export function monitorPool(
  stats: () => PoolStats,
  log: (line: string) => void,
  clock: Clock,
): () => void {
  let cancel = (): void => undefined;
  const report = (): void => {
    const { idle, active, queued, total } = stats();
    const line = `Connection Pool Stats - Idle: ${idle}, Active: ${active}, Queued: ${queued}, Total: ${total}`;
    debugQuietly({ debug: log }, line);
    cancel = clock.setTimer(report, intervalMs);
  };
  report();
  return () => cancel();
}
