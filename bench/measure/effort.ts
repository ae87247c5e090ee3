import type { PairOptions } from "./paired.ts";

/** Something that the gate may have no time for. */
export interface Optional {
  /** True for what is left to whole runs. Default: false. */
  readonly isLeftOut?: boolean;
}

/** Those that are measured with an effort. */
export function withinEffort<T extends Optional>(all: readonly T[], effort: number): readonly T[] {
  return effort < 1 ? all.filter(({ isLeftOut }) => isLeftOut !== true) : all;
}

/** No verdict rests on fewer. */
const fewestSlices = 6;

/**
 * What a fraction of the effort leaves: fewer slices, and less warming up. More effort warms no longer, because
 * what is flat stays so.
 */
export function withEffort(options: PairOptions, effort: number): PairOptions {
  const { slices, warmUp } = options;
  const share = Math.min(1, effort);
  const atLeast = (count: number): number => Math.max(fewestSlices, Math.round(count * effort));
  return {
    ...options,
    slices: {
      least: atLeast(slices.least),
      most: atLeast(slices.most),
      mostMs: slices.mostMs * effort,
    },
    warmUp: {
      leastRuns: warmUp.leastRuns * share,
      leastMs: warmUp.leastMs * share,
      mostMs: warmUp.mostMs * share,
    },
  };
}
