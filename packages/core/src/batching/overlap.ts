/** How well the model works on several batches at a time. */
export interface Overlap {
  /** Batches that are worth having under way at a time. */
  readonly level: number;
  /** Should a batch be sent beside `level` others, to see what becomes of it? */
  readonly wantsProbe: boolean;
  /** What a batch that finds `others` under way is delayed by each millisecond that they still take. */
  delayBy(others: number): number;
  /** A batch leaves beside `others`. */
  left(others: number): void;
  /**
   * A batch came back that had left beside `others`.
   *
   * @param excessMs - how much longer it took than it would have taken alone
   * @param restMs - how long the first of the others was still to take when it left
   */
  learn(others: number, excessMs: number, restMs: number): void;
}

interface Level {
  weight: number;
  excessMs: number;
  restMs: number;
  leftAgo: number;
}

/** Batches that are remembered for each level; fewer than for the cost, so that queueing is no cost. */
const memory = 16;
/** So many batches tell whether a level is worth it. */
const enough = 4;
/** Between two of the first: what leaves meanwhile shows what a batch takes alone. */
const firstProbesEvery = 8;
/** Less than one batch in a hundred is sent to see whether the model has changed. */
const probeEvery = 256;

/**
 * With k batches under way, a row waits for a k-th of a batch's time and then for its batch. One more
 * pays while a batch that leaves beside k others is delayed by less than 1/(k+2) of what they still
 * take; for a model that works on one batch at a time it is delayed by all of it. It also pays where a
 * batch is back sooner than its fixed part lets one expect: then most of that is the way there and back.
 *
 * @param fixedMs - what a batch takes beside its rows
 */
export function createOverlap(fixedMs: () => number): Overlap {
  const levels: Level[] = [];
  let level = 1;

  const at = (others: number): Level => {
    levels[others] ??= { weight: 0, excessMs: 0, restMs: 0, leftAgo: firstProbesEvery };
    return levels[others];
  };

  const delayBy = (others: number): number => {
    const { weight, excessMs, restMs } = at(others);
    return weight === 0 ? 1 : Math.max(0, excessMs / restMs);
  };

  const pays = (others: number): boolean => {
    const { weight, excessMs, restMs } = at(others);
    if (weight < enough) return false;
    const savedMs = (restMs - excessMs) / weight;
    return delayBy(others) < 1 / (others + 2) || savedMs > fixedMs() / (others + 2);
  };

  return {
    get level() {
      return level;
    },
    get wantsProbe() {
      const { weight, leftAgo } = at(level);
      return leftAgo >= (weight < enough ? firstProbesEvery : probeEvery);
    },
    delayBy,
    left(others) {
      for (const each of levels) if (each !== undefined) each.leftAgo += 1;
      at(others).leftAgo = 0;
    },
    learn(others, excessMs, restMs) {
      if (others === 0 || restMs <= 0) return;
      const seen = at(others);
      const keep = 1 - 1 / memory;
      seen.weight = seen.weight * keep + 1;
      // One batch that hangs says little about all.
      seen.excessMs = seen.excessMs * keep + Math.min(Math.max(excessMs, -restMs), 2 * restMs);
      seen.restMs = seen.restMs * keep + restMs;
      level = 1;
      while (pays(level)) level += 1;
    },
  };
}
