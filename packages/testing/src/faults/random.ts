/**
 * A generator that gives the same numbers for the same seed, uniform in [0, 1): mulberry32, by Tommy
 * Ettinger, in the public domain. For faults and tests, never for secrets.
 *
 * @param seed - a whole number; only its lowest 32 bits count
 */
export function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
