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
  learn(rows: number, ms: number): void;
}

/** Batches that are remembered: enough for noise, few enough to follow a model that changes. */
const memory = 64;
const enough = 8;
/** A pause of the machine is no cost of the model; a model that got slower is believed step by step. */
const mostOfPredicted = 3;
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

  const predict = (rows: number): number => rowMs * rows + fixedMs;

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
    predict,
    learn(rows, ms) {
      const believed = weight < enough ? ms : Math.min(ms, mostOfPredicted * predict(rows));
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
