/** Bytes that are gathered in one piece of memory: a stranger's empty lines must not cost an object each. */
export interface GrowingBytes {
  readonly byteLength: number;
  /** Copies: the caller may use its memory again. */
  add(bytes: Uint8Array): void;
  /** Hands out what was gathered, with its memory, and starts anew. */
  take(): Uint8Array;
}

const firstBytes = 256;

/** Makes an empty one. How much may come is the caller's to say. */
export function createGrowingBytes(): GrowingBytes {
  let memory = new Uint8Array();
  const gathered: GrowingBytes & { byteLength: number } = {
    byteLength: 0,
    add(bytes) {
      const end = gathered.byteLength;
      const needed = end + bytes.byteLength;
      if (needed > memory.byteLength) {
        const larger = new Uint8Array(Math.max(needed, 2 * memory.byteLength, firstBytes));
        larger.set(memory.subarray(0, end));
        memory = larger;
      }
      memory.set(bytes, end);
      gathered.byteLength = needed;
    },
    take() {
      const taken = memory.subarray(0, gathered.byteLength);
      memory = new Uint8Array();
      gathered.byteLength = 0;
      return taken;
    },
  };
  return gathered;
}
