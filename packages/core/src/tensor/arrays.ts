import type { BytesArray } from "./bytes-array.ts";

/** The JavaScript carrier of each datatype's elements, in row-major order. */
export interface Arrays {
  /** One byte for each element; 0 is false, 1 is true. */
  BOOL: Uint8Array;
  INT8: Int8Array;
  INT16: Int16Array;
  INT32: Int32Array;
  INT64: BigInt64Array;
  UINT8: Uint8Array;
  UINT16: Uint16Array;
  UINT32: Uint32Array;
  UINT64: BigUint64Array;
  /** IEEE 754 binary16 bits. */
  FP16: Uint16Array;
  /** The upper halves of binary32 bits. */
  BF16: Uint16Array;
  FP32: Float32Array;
  FP64: Float64Array;
  BYTES: BytesArray;
}

/** The name of an element type, as it travels. The model configuration's TYPE_STRING is BYTES. */
export type Datatype = keyof Arrays;

/** Every datatype but BYTES: its elements all take the same number of bytes. */
export type FixedDatatype = Exclude<Datatype, "BYTES">;
