import type { ModelMetadata, TensorMetadata } from "../protocol/metadata.ts";
import type { Fields } from "./field.ts";

/**
 * Does the first dimension of every tensor count records?
 *
 * The server's own word decides. Where it does not tell, every tensor must begin with a variable
 * dimension that no declared field claims for itself.
 */
export function hasBatchDimension(
  { maxBatchRows, inputs, outputs }: ModelMetadata,
  inputFields: Fields | undefined,
  outputFields: Fields | undefined,
  override: boolean | undefined,
): boolean {
  if (override !== undefined) return override;
  if (maxBatchRows !== undefined) return maxBatchRows > 0;
  const tensors = [...inputs, ...outputs];
  return (
    tensors.length > 0 &&
    tensors.every(({ shape }) => shape[0] === -1) &&
    leavesRoom(inputs, inputFields) &&
    leavesRoom(outputs, outputFields)
  );
}

/** A field with as many levels as its tensor has dimensions takes the first one for itself. */
function leavesRoom(tensors: readonly TensorMetadata[], fields: Fields = {}): boolean {
  return Object.entries(fields).every(([name, field]) => {
    const tensor = tensors.find((candidate) => candidate.name === (field.tensorName ?? name));
    return tensor === undefined || field.rank === 0 || field.rank < tensor.shape.length;
  });
}
