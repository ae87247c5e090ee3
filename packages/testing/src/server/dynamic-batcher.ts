/** Collects what arrives together. */
export interface DynamicBatcher<T> {
  /** Adds to the batch of this turn, or runs alone where the model does not batch. */
  add(entry: T): void;
}

/** When a batch is closed. */
export type EndOfTurn = (callback: () => void) => void;

/** The end of this turn of the event loop. */
export const endOfTurn: EndOfTurn = (callback) => void setImmediate(callback);

/** Entries of one turn run together, up to `maxRows` of rows in a batch; undefined: each alone. */
export function createDynamicBatcher<T>(
  run: (batch: readonly T[]) => void,
  rowsOf: (entry: T) => number,
  { maxRows, atEnd }: { readonly maxRows: number | undefined; readonly atEnd: EndOfTurn },
): DynamicBatcher<T> {
  let waiting: T[] = [];
  const flush = (): void => {
    const entries = waiting;
    waiting = [];
    let batch: T[] = [];
    let rows = 0;
    for (const entry of entries) {
      if (batch.length > 0 && rows + rowsOf(entry) > (maxRows ?? 0)) {
        run(batch);
        batch = [];
        rows = 0;
      }
      batch.push(entry);
      rows += rowsOf(entry);
    }
    run(batch);
  };
  return {
    add(entry) {
      if (maxRows === undefined) {
        run([entry]);
        return;
      }
      waiting.push(entry);
      if (waiting.length === 1) atEnd(flush);
    },
  };
}
