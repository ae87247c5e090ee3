/** What a {@link Roster} can hold: it keeps its own place, and is in one roster at a time. */
export interface Listed {
  /** Kept by the roster. */
  at: number;
}

/** What is under way, in no particular order. */
export interface Roster<T extends Listed> {
  readonly all: readonly T[];
  add(item: T): void;
  /** Takes an item out. @returns false when it was not in */
  remove(item: T): boolean;
}

/**
 * Makes an empty roster.
 *
 * A `Set` that is added to and deleted from all the time makes a new table every few entries, and each old
 * one keeps what was in it until the next full collection: that was half of the cost of a small request.
 */
export function createRoster<T extends Listed>(): Roster<T> {
  const all: T[] = [];
  return {
    all,
    add(item) {
      item.at = all.length;
      all.push(item);
    },
    remove(item) {
      const { at } = item;
      if (all[at] !== item) return false;
      const last = all.pop();
      if (last === undefined || last === item) return true;
      all[at] = last;
      last.at = at;
      return true;
    },
  };
}
