import type { PoolStats } from "@nereid/core/transport-kit";

/** What one connection is doing. */
export interface ConnectionUse {
  readonly isUp: boolean;
  /** Exchanges that began on it. */
  readonly carried: number;
  /** Exchanges that wait until it is up. */
  readonly waiting: number;
}

/** The statistics of connections of which each carries any number of exchanges. */
export function poolOf(uses: readonly ConnectionUse[]): PoolStats {
  const up = uses.filter(({ isUp }) => isUp);
  const active = up.filter(({ carried }) => carried > 0).length;
  const queued = uses.reduce((sum, { waiting }) => sum + waiting, 0);
  return { idle: up.length - active, active, queued, total: up.length };
}
