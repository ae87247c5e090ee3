/** Fills an array with random bytes: `crypto.getRandomValues`, or a test's own. */
export type RandomBytes = (target: Uint8Array<ArrayBuffer>) => void;

/**
 * Makes a random id of 63 bits, never 0. A number is what every Triton model with a correlation id
 * takes, and the random bits keep apart clients that know nothing of one another, also after a restart.
 */
export function createSequenceId(randomBytes: RandomBytes): bigint {
  const bytes = new Uint8Array(8);
  randomBytes(bytes);
  const number = new DataView(bytes.buffer).getBigUint64(0);
  return number >> 1n === 0n ? 1n : number >> 1n;
}

/** Enough for 128 ids. */
const poolBytes = 1024;

/**
 * Fetches random bytes in blocks: one for each id costs more than the rest of opening a sequence.
 *
 * @returns a source of at most 1,024 bytes at a time
 */
export function pooledBytes(randomBytes: RandomBytes): RandomBytes {
  const pool = new Uint8Array(poolBytes);
  let at = poolBytes;
  return (target) => {
    if (at + target.length > poolBytes) {
      randomBytes(pool);
      at = 0;
    }
    target.set(pool.subarray(at, at + target.length));
    at += target.length;
  };
}
