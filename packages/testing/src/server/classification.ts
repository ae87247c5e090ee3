import {
  createTensor,
  encodeBytes,
  type InferenceRequest,
  type Tensor,
} from "@nereid/core/transport-kit";
import type { ServerModel } from "./server-model.ts";

/** Replaces outputs that were asked for as classes. @see Triton, "Classification Extension" */
export function classifyOutputs(
  { maxBatchRows }: ServerModel,
  { outputs = [] }: InferenceRequest,
  answer: readonly Tensor[],
): readonly Tensor[] {
  return answer.map((tensor) => {
    const classes = outputs.find(({ name }) => name === tensor.name)?.classification;
    return classes === undefined ? tensor : topClasses(tensor, classes, maxBatchRows > 0);
  });
}

/** For each row the largest values, as `value:index` texts. */
function topClasses(tensor: Tensor, classes: number, hasBatch: boolean): Tensor {
  if (tensor.datatype === "BYTES") return tensor;
  const values = Array.from(tensor.data, Number);
  const rows = hasBatch ? (tensor.shape[0] ?? 0) : 1;
  const width = rows === 0 ? 0 : values.length / rows;
  const isFloat = tensor.datatype === "FP32" || tensor.datatype === "FP64";
  const count = Math.min(classes, width);
  const texts = Array.from({ length: rows }, (_, row) =>
    values
      .slice(row * width, (row + 1) * width)
      .map((value, index) => ({ value, index }))
      .sort((left, right) => right.value - left.value)
      .slice(0, count)
      .map(({ value, index }) => `${isFloat ? value.toFixed(6) : value}:${index}`),
  );
  const shape = hasBatch ? [rows, count] : [count];
  return createTensor(tensor.name, "BYTES", shape, encodeBytes(texts.flat()));
}
