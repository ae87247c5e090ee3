import { createBatchCost, type BatchCost } from "./batch-cost.ts";
import { createOverlap, type Overlap } from "./overlap.ts";

/** What was learned of one version of a model. */
export interface WorkingPoint {
  readonly cost: BatchCost;
  readonly overlap: Overlap;
  /** Rows at most in the next batch. @param waiting - rows that wait for one */
  rows(waiting: number): number;
  /** A batch of so many rows was answered. */
  answered(rows: number): void;
  /** A batch was refused for its size. */
  refused(rows: number): void;
}

/** Twice the largest batch that was answered, and this many before the first. */
const firstRows = 8;
/**
 * Up to here a batch grows without a thought: five times the size at which its rows cost as much as
 * the rest of it reaches 5/6 of what the model can do.
 */
const plainGrowth = 5;

/** Makes the working point of a version of which nothing is known. */
export function createWorkingPoint(maxRows: number): WorkingPoint {
  const cost = createBatchCost();
  let ceiling = maxRows;
  let largest = firstRows / 2;
  return {
    cost,
    overlap: createOverlap(() => cost.fixedMs),
    rows(waiting) {
      const most = Math.min(ceiling, largest * 2);
      if (cost.rowMs <= 0) return most;
      const plain = (plainGrowth * cost.fixedMs) / cost.rowMs;
      // Of w rows that wait, batches of the square root of w * fixed / row end the soonest on average.
      const wanted = Math.ceil(Math.max(plain, Math.sqrt(waiting * plain)));
      return Math.max(1, Math.min(most, wanted));
    },
    answered(rows) {
      largest = Math.max(largest, rows);
    },
    refused(rows) {
      ceiling = Math.max(1, Math.min(ceiling, Math.floor(rows / 2)));
    },
  };
}
