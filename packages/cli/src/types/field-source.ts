import type { Datatype, TensorMetadata } from "@nereid/core";
import { formatShape } from "@nereid/core/transport-kit";
import { recordRank, recordShape } from "../server/record-shape.ts";
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

/** A tensor as a member of a declaration, with what the server says of it above. */
export function fieldSource(tensor: TensorMetadata, batched: boolean): string {
  const dims = recordShape(tensor, batched);
  const rank = recordRank(dims);
  const field = `${"array(".repeat(rank)}${builders[tensor.datatype]}()${")".repeat(rank)}`;
  const said = `${tensor.datatype} ${formatShape(dims)}`;
  return `    /** ${said} */\n    ${keySource(tensor.name)}: ${field},\n`;
}
