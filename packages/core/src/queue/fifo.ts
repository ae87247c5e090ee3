/** First in, first out, with both ends in constant time. */
export interface Fifo<T> {
  readonly size: number;
  push(item: T): void;
  /** The oldest item, taken out; undefined when empty. */
  shift(): T | undefined;
  /** The oldest item, left in; undefined when empty. */
  peek(): T | undefined;
  /** Keeps only the items that pass. */
  filter(keep: (item: T) => boolean): void;
}

/** A power of two, like every capacity. */
const leastCapacity = 16;
const leastRing: readonly undefined[] = emptyRing<undefined>(leastCapacity);
/** A ring that grew beyond this lets go of its memory once it is empty. */
const keptCapacity = 1024;

/** Makes an empty queue: a ring that grows when it is full, so that a queue in use allocates nothing. */
export function createFifo<T>(): Fifo<T> {
  let ring: (T | undefined)[] = leastRing.slice();
  let head = 0;

  const listed = (): T[] => {
    const items: T[] = [];
    for (let index = 0; index < fifo.size; index += 1) {
      const item = ring[(head + index) & (ring.length - 1)];
      if (item !== undefined) items.push(item);
    }
    return items;
  };
  const refill = (items: readonly T[], capacity: number): void => {
    ring = emptyRing(capacity);
    for (const [index, item] of items.entries()) ring[index] = item;
    head = 0;
    fifo.size = items.length;
  };

  // A plain member: what has a getter stays in memory until a full collection.
  const fifo: Fifo<T> & { size: number } = {
    size: 0,
    push(item) {
      if (fifo.size === ring.length) refill(listed(), 2 * fifo.size);
      ring[(head + fifo.size) & (ring.length - 1)] = item;
      fifo.size += 1;
    },
    shift() {
      if (fifo.size === 0) return undefined;
      const item = ring[head];
      ring[head] = undefined;
      head = (head + 1) & (ring.length - 1);
      fifo.size -= 1;
      if (fifo.size === 0 && ring.length > keptCapacity) refill([], leastCapacity);
      return item;
    },
    peek: () => (fifo.size === 0 ? undefined : ring[head]),
    filter(keep) {
      refill(listed().filter(keep), ring.length);
    },
  };
  return fifo;
}

function emptyRing<T>(capacity: number): (T | undefined)[] {
  return Array.from({ length: capacity }, () => undefined);
}
