import { array, float32 } from "@nereid/core";

/** What the pipelines over the model `add_sub` are made of, but for the transport. */
export const addSub = {
  model: "add_sub",
  inputs: { INPUT0: array(float32()), INPUT1: array(float32()) },
  outputs: { OUTPUT0: array(float32()), OUTPUT1: array(float32()) },
  batchSize: 32,
};

/** A record of `add_sub` that knows its place. */
export interface AddSubRecord {
  readonly INPUT0: Float32Array;
  readonly INPUT1: Float32Array;
  readonly index: number;
}

/** Records whose values follow from their place. */
export function* addSubRecords(count: number): Generator<AddSubRecord> {
  for (let index = 0; index < count; index += 1) {
    yield {
      index,
      INPUT0: new Float32Array(16).fill(index),
      INPUT1: Float32Array.from({ length: 16 }, (_, column) => column),
    };
  }
}

/** Every value of both outputs, for a record of this index. */
export function isRight(index: number, sum: Float32Array, difference: Float32Array): boolean {
  for (let column = 0; column < 16; column += 1) {
    if (sum[column] !== Math.fround(index + column)) return false;
    if (difference[column] !== Math.fround(index - column)) return false;
  }
  return sum.length === 16 && difference.length === 16;
}
