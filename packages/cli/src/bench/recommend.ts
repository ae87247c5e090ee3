import type { Point } from "./measure-point.ts";

/** Points this near to the best count as equally fast: one run cannot tell them apart. */
const share = 0.95;

/**
 * The setting to begin with: of all that are about as fast as the fastest, the one with the shortest
 * p99. Settings under which rows failed are none.
 */
export function recommend(points: readonly Point[]): Point | undefined {
  const sound = points.filter(({ failedRows, rowsPerSecond }) => {
    return failedRows === 0 && rowsPerSecond > 0;
  });
  const best = Math.max(...sound.map(({ rowsPerSecond }) => rowsPerSecond));
  return sound
    .filter(({ rowsPerSecond }) => rowsPerSecond >= share * best)
    .toSorted((left, right) => left.p99Ms - right.p99Ms)[0];
}
