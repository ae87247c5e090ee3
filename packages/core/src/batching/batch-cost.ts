/** What a batch costs, as learned from batches that had the model to themselves. */
export interface BatchCost {
  /** Milliseconds for each further row; 0 until batches of several sizes were seen. */
  readonly rowMs: number;
  /** Milliseconds for a batch, however small: the way there and back included. */
  readonly fixedMs: number;
  /** False until a few batches were seen. */
  readonly known: boolean;
  /** `rowMs * rows + fixedMs` */
  predict(rows: number): number;
  /** False while there are too few batches to trust, at first and after a change. */
  readonly settled: boolean;
  /** A batch that took so long; several that are far off make what was known before count no longer. */
  learn(rows: number, ms: number): void;
  /** Learns anew. */
  forget(): void;
}

/** Batches that are remembered: enough for noise, few enough to follow a model that changes. */
const memory = 64;
const enough = 8;
/** A pause of the machine is no cost of the model; a model that got slower is believed step by step. */
const mostOfPredicted = 3;
/** Of what was predicted, as a mean of the last few: what noise does not reach. */
const changedBy = 0.5;
const driftMemory = 4;
/** Batches of nearly one size tell nothing of the slope: below this spread, what was known of it stays. */
const leastSpread = 0.05;
/** Where larger batches gain nothing, a small rest of the fixed part keeps the fit from falling to rows alone. */
const leastFixedShare = 0.05;

/** Fits a line through the last batches, by least squares with weights that fade. */
export function createBatchCost(): BatchCost {
  let weight = 0;
  let meanRows = 0;
  let meanMs = 0;
  let variance = 0;
  let covariance = 0;
  let rowMs = 0;
  let fixedMs = 0;
  let drift = 0;

  const predict = (rows: number): number => rowMs * rows + fixedMs;

  const forget = (): void => {
    // The next batch counts alone; only the slope stays until batches of two sizes were seen.
    weight = 0;
    drift = 0;
  };

  const fit = (): void => {
    const prior = (leastSpread * meanRows) ** 2;
    const slope = (covariance + prior * rowMs) / (variance + prior);
    const steepest = ((1 - leastFixedShare) * meanMs) / meanRows;
    rowMs = Math.min(Math.max(0, slope), steepest);
    fixedMs = meanMs - rowMs * meanRows;
  };

  return {
    get rowMs() {
      return rowMs;
    },
    get fixedMs() {
      return fixedMs;
    },
    get known() {
      return weight >= enough;
    },
    get settled() {
      return weight >= 2 * enough;
    },
    predict,
    forget,
    learn(rows, ms) {
      const expected = predict(rows);
      const isComparable = weight >= enough && expected > 0;
      const believed = isComparable ? Math.min(ms, mostOfPredicted * expected) : ms;
      if (isComparable) {
        const off = (ms - expected) / expected;
        drift += (Math.max(-1, Math.min(1, off)) - drift) / driftMemory;
      }
      if (Math.abs(drift) > changedBy) forget();
      weight = Math.min(weight + 1, memory);
      const share = 1 / weight;
      const offRows = rows - meanRows;
      const offMs = believed - meanMs;
      meanRows += share * offRows;
      meanMs += share * offMs;
      variance = (1 - share) * (variance + share * offRows * offRows);
      covariance = (1 - share) * (covariance + share * offRows * offMs);
      fit();
    },
  };
}
