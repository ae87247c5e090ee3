/** Fills an array with random bytes: `crypto.getRandomValues`, or a test's own. */
export type RandomBytes = (target: Uint8Array<ArrayBuffer>) => void;

const idBytes = 8;
/** Enough for 128 ids. */
const blockBytes = 1024;

/**
 * Makes a source of random ids of 63 bits, never 0. A number is what every Triton model with a correlation
 * id takes, and the random bits keep apart clients that know nothing of one another, also after a restart.
 *
 * Bytes are fetched in blocks: a few for each id cost more than the rest of opening a sequence.
 */
export function createSequenceIds(randomBytes: RandomBytes): () => bigint {
  const block = new Uint8Array(blockBytes);
  const view = new DataView(block.buffer);
  let at = blockBytes;
  return () => {
    if (at === blockBytes) {
      randomBytes(block);
      at = 0;
    }
    const id = view.getBigUint64(at) >> 1n;
    at += idBytes;
    return id === 0n ? 1n : id;
  };
}
