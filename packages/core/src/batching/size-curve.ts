/** What batches of each size got done, where a line through their costs is not the whole truth. */
export interface SizeCurve {
  /** The largest size that was tried, or the best one when larger ones got much less done. */
  readonly mostRows: number;
  /** Is nothing known of larger sizes? */
  readonly isOpen: boolean;
  learn(rows: number, ms: number): void;
}

interface Band {
  rowsPerMs: number;
  seen: number;
}

/** Rows in a batch before anything is known. */
const firstRows = 8;
/** One batch that hung is no bend, and one that went well no proof. */
const enough = 2;
const memory = 8;
/** Of what the best band gets done. */
const muchWorse = 0.85;

/** Remembers rows per millisecond for each power of two: a device may run out of memory, or pad. */
export function createSizeCurve(): SizeCurve {
  const bands = new Map<number, Band>();
  let mostRows = firstRows;
  let isOpen = true;

  const judge = (): void => {
    let best = { rows: 0, rowsPerMs: 0 };
    let proven = firstRows;
    isOpen = true;
    for (const [rows, { rowsPerMs, seen }] of [...bands].toSorted(([a], [b]) => a - b)) {
      if (seen < enough) continue;
      proven = Math.max(proven, rows);
      if (rowsPerMs >= best.rowsPerMs) {
        best = { rows, rowsPerMs };
        isOpen = true;
      } else if (rowsPerMs < muchWorse * best.rowsPerMs) isOpen = false;
    }
    // Batches of the best size keep what is known of it fresh: a model that got slower is no bend.
    mostRows = isOpen ? proven : best.rows;
  };

  return {
    get mostRows() {
      return mostRows;
    },
    get isOpen() {
      return isOpen;
    },
    learn(rows, ms) {
      if (ms <= 0) return;
      const upTo = 2 ** Math.ceil(Math.log2(rows));
      const band = bands.get(upTo) ?? { rowsPerMs: 0, seen: 0 };
      band.seen += 1;
      band.rowsPerMs += (rows / ms - band.rowsPerMs) / Math.min(band.seen, memory);
      bands.set(upTo, band);
      judge();
    },
  };
}
