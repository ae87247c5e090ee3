import type { Datatype } from "../tensor/arrays.ts";

/** Which datatypes hold every value of another, of the same family. */
const wider: Partial<Readonly<Record<Datatype, readonly Datatype[]>>> = {
  INT8: ["INT16", "INT32", "INT64"],
  INT16: ["INT32", "INT64"],
  INT32: ["INT64"],
  UINT8: ["UINT16", "UINT32", "UINT64", "INT16", "INT32", "INT64"],
  UINT16: ["UINT32", "UINT64", "INT32", "INT64"],
  UINT32: ["UINT64", "INT64"],
  FP16: ["FP32", "FP64"],
  BF16: ["FP32", "FP64"],
  FP32: ["FP64"],
};

/** Can every value of one datatype be held by the other without loss? */
export function isLossless(from: Datatype, to: Datatype): boolean {
  return from === to || wider[from]?.includes(to) === true;
}
