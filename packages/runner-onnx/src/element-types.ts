import type { Datatype } from "@nereid/core/transport-kit";

/** The datatype of each element type of ONNX Runtime; types without a row cannot travel. */
const datatypeOf: Readonly<Record<string, Datatype>> = {
  bool: "BOOL",
  int8: "INT8",
  int16: "INT16",
  int32: "INT32",
  int64: "INT64",
  uint8: "UINT8",
  uint16: "UINT16",
  uint32: "UINT32",
  uint64: "UINT64",
  float16: "FP16",
  float32: "FP32",
  float64: "FP64",
  string: "BYTES",
};

/** The datatype of an element type; undefined when it has none. */
export function toDatatype(elementType: string): Datatype | undefined {
  return Object.hasOwn(datatypeOf, elementType) ? datatypeOf[elementType] : undefined;
}

/** The element type of a datatype; undefined for BF16, which ONNX Runtime does not take from Node. */
export function toElementType(datatype: Datatype): string | undefined {
  return Object.keys(datatypeOf).find((elementType) => datatypeOf[elementType] === datatype);
}
