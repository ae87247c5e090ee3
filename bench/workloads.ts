/** A request's size and its answer's; the servers of this folder answer with what the model's name says. */
export interface Workload {
  readonly name: string;
  /** FP32 elements of the one input IN of shape [1, floats]. */
  readonly floats: number;
  /** FP32 elements of the one output OUT, for each row of the input. */
  readonly answerFloats: number;
  readonly inFlight: number;
}

/** A row of a table, or a short text. */
export const small: Workload = { name: "64 B", floats: 16, answerFloats: 16, inFlight: 32 };
/** A picture of 3 x 224 x 224 up, the scores of 1,000 classes back. */
export const image: Workload = {
  name: "600 KB",
  floats: 150_528,
  answerFloats: 1000,
  inFlight: 8,
};
/** The same large tensor both ways. */
export const big: Workload = {
  name: "4 MB",
  floats: 1_048_576,
  answerFloats: 1_048_576,
  inFlight: 4,
};

/** The model that answers this workload. */
export function modelOf({ answerFloats }: Workload): string {
  return `out${answerFloats}`;
}

/** How the report calls it. */
export function labelOf({ name, inFlight }: Workload): string {
  return `${name}, ${inFlight} in flight`;
}
