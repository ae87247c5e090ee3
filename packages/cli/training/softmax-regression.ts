/** A sparse row of features: which are not zero, and what they are. */
export interface Features {
  readonly indices: Uint16Array;
  readonly values: Float32Array;
}

/** A row to learn from. */
export interface LabelledFeatures extends Features {
  /** Column of the right answer. */
  readonly label: number;
  /** How much the row counts. */
  readonly weight: number;
}

/** A linear model: scores are `features · weights + bias`. */
export interface Linear {
  /** `[features, labels]` */
  readonly weights: Float32Array;
  /** `[labels]` */
  readonly bias: Float32Array;
}

/** How to learn. */
export interface LearningOptions {
  readonly features: number;
  readonly labels: number;
  readonly epochs: number;
  readonly rate: number;
  /** Pull of the weights to zero. */
  readonly decay: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Learns by AdaGrad, one row after the other, in a new order each epoch. */
export function learn(rows: readonly LabelledFeatures[], options: LearningOptions): Linear {
  const { features, labels, epochs, rate, decay, random } = options;
  const weights = new Float32Array(features * labels);
  const squares = new Float32Array(features * labels).fill(1e-6);
  const bias = new Float32Array(labels);
  const model = { weights, bias };
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    for (const row of shuffle(rows, random)) {
      const errors = softmax(scores(model, row, labels));
      errors[row.label] = (errors[row.label] ?? 0) - 1;
      for (let label = 0; label < labels; label += 1) {
        const error = (errors[label] ?? 0) * row.weight;
        bias[label] = (bias[label] ?? 0) - rate * 0.05 * error;
        for (let entry = 0; entry < row.indices.length; entry += 1) {
          const cell = (row.indices[entry] ?? 0) * labels + label;
          const weight = weights[cell] ?? 0;
          const slope = error * (row.values[entry] ?? 0) + decay * weight;
          const square = (squares[cell] ?? 0) + slope * slope;
          squares[cell] = square;
          weights[cell] = weight - (rate * slope) / Math.sqrt(square);
        }
      }
    }
  }
  return model;
}

/** One score for each label. */
export function scores({ weights, bias }: Linear, row: Features, labels: number): Float64Array {
  const sums = Float64Array.from(bias);
  for (let entry = 0; entry < row.indices.length; entry += 1) {
    const start = (row.indices[entry] ?? 0) * labels;
    const value = row.values[entry] ?? 0;
    for (let label = 0; label < labels; label += 1) {
      sums[label] = (sums[label] ?? 0) + value * (weights[start + label] ?? 0);
    }
  }
  return sums;
}

/** Scores as probabilities, in place. */
function softmax(values: Float64Array): Float64Array {
  const most = Math.max(...values);
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) {
    values[index] = Math.exp((values[index] ?? 0) - most);
    sum += values[index] ?? 0;
  }
  return values.map((value) => value / sum);
}

function shuffle<T>(items: readonly T[], random: () => number): readonly T[] {
  const keyed = items.map((item) => ({ item, key: random() }));
  return keyed.sort((left, right) => left.key - right.key).map(({ item }) => item);
}
