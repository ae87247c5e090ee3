/** Hands values from callbacks to one reader, in order. */
export interface Mailbox<T> {
  put(value: T): void;
  /** The next value, or a promise of it. One reader at a time. */
  next(): Promise<T>;
}

/** Makes an empty mailbox. It holds what was put and not yet read: its writers bound it. */
export function createMailbox<T>(): Mailbox<T> {
  const values: T[] = [];
  let reader: ((value: T) => void) | undefined;
  return {
    put(value) {
      if (reader === undefined) {
        values.push(value);
        return;
      }
      const tell = reader;
      reader = undefined;
      tell(value);
    },
    next: () =>
      new Promise((resolve) => {
        const [value] = values.splice(0, 1);
        if (value === undefined) reader = resolve;
        else resolve(value);
      }),
  };
}
