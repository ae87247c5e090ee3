import { createFifo } from "@nereid/core/transport-kit";

/** Something that can wait in a line, once. */
export interface InLine {
  /** True once it has left the line on its own. */
  hasLeft: boolean;
}

/** Who waits; first come, first served. */
export interface Line<T extends InLine> {
  readonly size: number;
  push(item: T): void;
  /** The one that has waited longest; undefined when nobody waits. */
  shift(): T | undefined;
  /** Lets one go that waits. */
  leave(item: T): void;
}

/**
 * Makes an empty line. Not a `Set`: one that is added to and deleted from all the time keeps what was in it
 * until the next full collection.
 */
export function createLine<T extends InLine>(): Line<T> {
  const waiting = createFifo<T>();
  let gone = 0;
  return {
    get size() {
      return waiting.size - gone;
    },
    push: (item) => waiting.push(item),
    shift() {
      for (;;) {
        const item = waiting.shift();
        if (item === undefined || !item.hasLeft) return item;
        gone -= 1;
      }
    },
    leave(item) {
      item.hasLeft = true;
      gone += 1;
      if (gone * 2 <= waiting.size) return;
      waiting.filter(({ hasLeft }) => !hasLeft);
      gone = 0;
    },
  };
}
