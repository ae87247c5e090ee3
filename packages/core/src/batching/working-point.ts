import { createBatchCost, type BatchCost } from "./batch-cost.ts";
import { createOverlap, type Overlap } from "./overlap.ts";
import { createSizeCurve } from "./size-curve.ts";

/** What was learned of one version of a model. */
export interface WorkingPoint {
  readonly cost: Omit<BatchCost, "learn" | "forget">;
  readonly overlap: Overlap;
  /** Could batches be larger than they ever were? */
  readonly isGrowing: boolean;
  /** Rows at most in the next batch. @param waiting - rows that wait for one */
  rows(waiting: number): number;
  /** Rows in a batch that is sent alone on purpose while more are waiting. */
  trialRows(waiting: number): number;
  /** What a batch took that had the model to itself. */
  learn(rows: number, ms: number): void;
  /** A batch was refused for its size. */
  refused(rows: number): void;
}

/**
 * Up to here a batch grows without a thought: five times the size at which its rows cost as much as
 * the rest of it reaches 5/6 of what the model can do.
 */
const plainGrowth = 5;
/** Of full batches, which are all of one size, nothing is learned of other sizes. */
const trials = [1, 1 / 2, 1, 1 / 4, 1, 1 / 8, 1, 2];

/** Makes the working point of a version of which nothing is known. */
export function createWorkingPoint(maxRows: number): WorkingPoint {
  const cost = createBatchCost();
  const curve = createSizeCurve();
  let ceiling = maxRows;
  let trial = 0;
  const rowsFor = (waiting: number): number => {
    const most = Math.min(ceiling, curve.mostRows);
    if (cost.rowMs <= 0) return most;
    const plain = (plainGrowth * cost.fixedMs) / cost.rowMs;
    // Of w rows that wait, batches of the square root of w * fixed / row end the soonest on average.
    const wanted = Math.ceil(Math.max(plain, Math.sqrt(waiting * plain)));
    return Math.max(1, Math.min(most, wanted));
  };
  return {
    cost,
    overlap: createOverlap(() => cost.fixedMs),
    get isGrowing() {
      return curve.isOpen && curve.mostRows < ceiling;
    },
    rows: rowsFor,
    trialRows(waiting) {
      const factor = this.isGrowing ? 2 : (trials[trial % trials.length] ?? 1);
      return Math.min(ceiling, Math.ceil(factor * rowsFor(waiting)));
    },
    learn(rows, ms) {
      trial += 1;
      const before = curve.mostRows;
      curve.learn(rows, ms);
      // The line is the one below the bend.
      if (curve.mostRows < before) cost.forget();
      if (rows <= curve.mostRows) cost.learn(rows, ms);
    },
    refused(rows) {
      ceiling = Math.max(1, Math.min(ceiling, Math.floor(rows / 2)));
    },
  };
}
