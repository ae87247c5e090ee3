import type { Counts, Run } from "./entry.ts";

/** Counts with the rows of runs added. */
export function addCounts(counts: Counts, runs: readonly Run[]): Counts {
  const sums = { ...counts };
  for (const [, count, kind] of runs) sums[kind] += count;
  return sums;
}
