import type { Datatype, TensorMetadata } from "@nereid/core";
import { formatShape } from "@nereid/core/transport-kit";
import { keySource } from "./source-names.ts";

/** The function that makes a field of a datatype. */
export const builders: Readonly<Record<Datatype, string>> = {
  BOOL: "bool",
  INT8: "int8",
  INT16: "int16",
  INT32: "int32",
  INT64: "int64",
  UINT8: "uint8",
  UINT16: "uint16",
  UINT32: "uint32",
  UINT64: "uint64",
  FP16: "float16",
  BF16: "bfloat16",
  FP32: "float32",
  FP64: "float64",
  BYTES: "string",
};

/** Dimensions of one record's tensor. */
export function recordShape({ shape }: TensorMetadata, batched: boolean): readonly number[] {
  return batched ? shape.slice(1) : shape;
}

/** Levels of lists that a tensor is in a record: one element is a scalar. */
export function recordRank(dims: readonly number[]): number {
  return dims.every((size) => size === 1) ? 0 : dims.length;
}

/** A tensor as a member of a declaration, with what the server says of it above. */
export function fieldSource(tensor: TensorMetadata, batched: boolean): string {
  const dims = recordShape(tensor, batched);
  const rank = recordRank(dims);
  const field = `${"array(".repeat(rank)}${builders[tensor.datatype]}()${")".repeat(rank)}`;
  const said = `${tensor.datatype} ${formatShape(dims)}`;
  return `    /** ${said} */\n    ${keySource(tensor.name)}: ${field},\n`;
}
