/** What a {@link Chain} can hold: it keeps its own place, and is in one chain at a time. */
export interface Chained<T> {
  /** Kept by the chain. */
  before: T | undefined;
  /** Kept by the chain. */
  after: T | undefined;
}

/** Things in the order in which they came, from which each can be taken in constant time. */
export interface Chain<T> {
  /** The one that is in for longest. */
  readonly first: T | undefined;
  /** Puts one that is not in behind the others. */
  add(item: T): void;
  /** Takes one out, if it is in. */
  remove(item: T): void;
}

/**
 * Makes an empty chain through the items themselves. A `Map` that is added to and deleted from all the time is
 * built anew whenever half of it has been used, which with many items costs more than what is done with them.
 */
export function createChain<T extends Chained<T>>(): Chain<T> {
  let last: T | undefined;
  const chain: Chain<T> & { first: T | undefined } = {
    first: undefined,
    add(item) {
      item.before = last;
      if (last === undefined) chain.first = item;
      else last.after = item;
      last = item;
    },
    remove(item) {
      const { before, after } = item;
      if (before === undefined && chain.first !== item) return;
      if (before === undefined) chain.first = after;
      else before.after = after;
      if (after === undefined) last = before;
      else after.before = before;
      item.before = undefined;
      item.after = undefined;
    },
  };
  return chain;
}
