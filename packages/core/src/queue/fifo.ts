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

/** Below this many shifted items the array is not worth compacting. */
const compactFrom = 1024;

/** Makes an empty queue. */
export function createFifo<T>(): Fifo<T> {
  let items: (T | undefined)[] = [];
  let head = 0;
  return {
    get size() {
      return items.length - head;
    },
    push(item) {
      items.push(item);
    },
    shift() {
      if (head === items.length) return undefined;
      const item = items[head];
      items[head] = undefined;
      head += 1;
      if (head === items.length || (head >= compactFrom && head * 2 >= items.length)) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
    peek: () => items[head],
    filter(keep) {
      items = items.slice(head).filter((item) => item !== undefined && keep(item));
      head = 0;
    },
  };
}
