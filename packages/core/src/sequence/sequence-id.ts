/** Fills an array with random bytes: `crypto.getRandomValues`, or a test's own. */
export type RandomBytes = (target: Uint8Array<ArrayBuffer>) => void;

/**
 * Makes a random id of 63 bits, never 0. A number is what every Triton model with a correlation id
 * takes, and the random bits keep apart clients that know nothing of one another, also after a restart.
 */
export function createSequenceId(randomBytes: RandomBytes): bigint {
  const bytes = new Uint8Array(8);
  randomBytes(bytes);
  const number = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return number >> 1n === 0n ? 1n : number >> 1n;
}
