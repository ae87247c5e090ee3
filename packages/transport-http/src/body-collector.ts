/** Gathers the chunks of one body in one piece of memory. */
export interface BodyCollector {
  /** False when the body has grown beyond the limit; what fitted is kept. */
  add(chunk: Uint8Array): boolean;
  /** What was gathered. Call it once, at the end. */
  bytes(): Uint8Array;
}

const alignmentBytes = 8;
const firstGuessBytes = 16 * 1024;

/**
 * Makes a collector. A body whose length was announced lands in memory of that size; another one in
 * memory that doubles.
 *
 * @param announced - `Content-Length`, or NaN
 * @param maxBytes - never more is taken, whatever was announced
 * @param tensorsAt - offset of the first binary tensor; it is placed on a multiple of 8
 */
export function createBodyCollector(
  announced: number,
  maxBytes: number,
  tensorsAt: number,
): BodyCollector {
  const start = (alignmentBytes - (tensorsAt % alignmentBytes)) % alignmentBytes;
  const expected = Number.isNaN(announced) ? firstGuessBytes : announced;
  // Not from Node's shared pool: callers get views on this memory.
  let memory = Buffer.allocUnsafeSlow(start + Math.min(expected, maxBytes));
  let end = start;

  const grow = (needed: number): void => {
    const doubled = Math.max(needed, Math.min(2 * memory.byteLength, start + maxBytes));
    const larger = Buffer.allocUnsafeSlow(doubled);
    larger.set(memory.subarray(0, end));
    memory = larger;
  };

  return {
    add(chunk) {
      const room = start + maxBytes - end;
      const fits = chunk.byteLength <= room;
      const taken = fits ? chunk : chunk.subarray(0, room);
      if (end + taken.byteLength > memory.byteLength) grow(end + taken.byteLength);
      memory.set(taken, end);
      end += taken.byteLength;
      return fits;
    },
    bytes: () => new Uint8Array(memory.buffer, memory.byteOffset + start, end - start),
  };
}
