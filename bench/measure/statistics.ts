/** The middle of the values, of an even number the mean of the middle two; NaN when there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const half = sorted.length >>> 1;
  const upper = sorted[half] ?? Number.NaN;
  // The upper one alone would make the control of a machine that is quiet more than 1.
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

/** Numbers from 0 to 1 that the seed determines (mulberry32), so that a run can be repeated. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Where the median of what the values were drawn from lies with a probability of at least 95 %: between two
 * of the values, by the binomial distribution alone, whatever theirs is. Fewer than six values cannot say
 * so much: theirs is the whole range.
 */
export function medianInterval(values: readonly number[]): readonly [number, number] {
  const sorted = values.toSorted((left, right) => left - right);
  const cut = cutOf(sorted.length);
  return [sorted[cut] ?? Number.NaN, sorted[sorted.length - 1 - cut] ?? Number.NaN];
}

/** How many values can be left off at each end: as few lie below the median in less than 2.5 % of cases. */
function cutOf(count: number): number {
  let cut = 0;
  let chance = 0.5 ** count;
  for (let sum = chance; cut < count / 2; sum += chance) {
    if (sum > 0.025) break;
    chance *= (count - cut) / (cut + 1);
    cut += 1;
  }
  return Math.max(0, cut - 1);
}

/** True when the median is known to within a fraction of itself. */
export function isNarrow(values: readonly number[], fraction: number): boolean {
  const [low, high] = medianInterval(values);
  return (high - low) / 2 <= fraction * Math.abs(median(values));
}

/** The items in a random order. */
export function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .sort((left, right) => left.place - right.place)
    .map(({ item }) => item);
}
