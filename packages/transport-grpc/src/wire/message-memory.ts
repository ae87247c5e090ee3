/** Memory for messages. Fresh memory of a large message costs more than copying into it. */
export interface MessageMemory {
  /** Memory of exactly this size, with whatever was in it before. */
  take(bytes: number): Buffer;
  /** Gives back what `take` gave, when nobody reads it any more; what is not given back is only garbage. */
  give(message: Buffer): void;
}

/** Below this, memory comes from Node's own pool at no cost worth naming. */
const leastBytes = 64 * 1024;
/** What may lie idle. */
const maxIdleBytes = 32 * 1024 * 1024;

/** Makes an empty store. Sizes are rounded up to powers of two, so that requests of one kind share. */
export function createMessageMemory(): MessageMemory {
  const idle = new Map<number, ArrayBuffer[]>();
  let idleBytes = 0;
  return {
    take(bytes) {
      if (bytes < leastBytes) return Buffer.allocUnsafe(bytes);
      const size = 2 ** Math.ceil(Math.log2(bytes));
      const found = idle.get(size)?.pop();
      if (found === undefined) return Buffer.from(new ArrayBuffer(size), 0, bytes);
      idleBytes -= size;
      return Buffer.from(found, 0, bytes);
    },
    give({ length, buffer }) {
      const size = buffer.byteLength;
      if (length < leastBytes || !(buffer instanceof ArrayBuffer)) return;
      if (idleBytes + size > maxIdleBytes) return;
      idleBytes += size;
      const others = idle.get(size);
      if (others === undefined) idle.set(size, [buffer]);
      else others.push(buffer);
    },
  };
}
