import type { ModelMetadata, TensorMetadata } from "@nereid/core";

/** Dimensions of one record's tensor. */
export function recordShape({ shape }: TensorMetadata, batched: boolean): readonly number[] {
  return batched ? shape.slice(1) : shape;
}

/** Levels of lists that a tensor is in a record: one element is a scalar. */
export function recordRank(dims: readonly number[]): number {
  return dims.every((size) => size === 1) ? 0 : dims.length;
}

/**
 * Does the first dimension of every tensor count records? The rule of createModel for fields that are
 * read from the metadata.
 */
export function isBatched({ maxBatchRows, inputs, outputs }: ModelMetadata): boolean {
  if (maxBatchRows !== undefined) return maxBatchRows > 0;
  return [...inputs, ...outputs].every(({ shape }) => shape[0] === -1);
}
