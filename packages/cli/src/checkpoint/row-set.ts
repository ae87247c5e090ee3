/** Row numbers from 0 on that are finished. Small as long as they finish about in order. */
export interface RowSet {
  /** Every row below this one is in the set. */
  readonly low: number;
  /** Rows in the set. */
  readonly size: number;
  has(row: number): boolean;
  add(first: number, count: number): void;
  /** The set as runs of first row and count, in order. */
  runs(): readonly (readonly [first: number, count: number])[];
}

/** Makes an empty set. */
export function createRowSet(): RowSet {
  let low = 0;
  const beyond = new Set<number>();
  return {
    get low() {
      return low;
    },
    get size() {
      return low + beyond.size;
    },
    has: (row) => row < low || beyond.has(row),
    add(first, count) {
      if (first > low) for (let row = first; row < first + count; row += 1) beyond.add(row);
      else if (beyond.size === 0) low = Math.max(low, first + count);
      else for (; low < first + count; low += 1) beyond.delete(low);
      while (beyond.delete(low)) low += 1;
    },
    runs() {
      const found: [number, number][] = low > 0 ? [[0, low]] : [];
      for (const row of [...beyond].filter((row) => row > low).sort((a, b) => a - b)) {
        const last = found.at(-1);
        if (last !== undefined && last[0] + last[1] === row) last[1] += 1;
        else found.push([row, 1]);
      }
      return found;
    },
  };
}
