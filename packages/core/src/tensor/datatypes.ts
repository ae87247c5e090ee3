import type { Arrays, Datatype, FixedDatatype } from "./arrays.ts";

/** What elements of a datatype are, to a reader and to JSON. */
export type ElementKind = "boolean" | "integer" | "bigint" | "float" | "bytes";

/** The facts of one datatype. */
export interface DatatypeRow<D extends Datatype> {
  /** Bytes for each element; 0 for BYTES, whose elements vary. */
  readonly elementBytes: number;
  readonly kind: ElementKind;
  /** Smallest and largest value of an integer kind. */
  readonly min?: bigint;
  readonly max?: bigint;
  /** False where JSON has no form for it (FP16, BF16). */
  readonly json: boolean;
  /** The SQL type of a scalar, where there is one. */
  readonly sql?: string;
  /** The array that carries it over `count` elements of the given memory; BYTES has none. */
  readonly arrayType: D extends FixedDatatype ? ArrayType<Arrays[D]> : undefined;
}

/** A typed array's constructor, as far as the table needs it. */
export interface ArrayType<A> {
  new (length: number): A;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): A;
}

/** All 14 datatypes, one row each. */
export const datatypes: { readonly [D in Datatype]: DatatypeRow<D> } = {
  BOOL: { elementBytes: 1, kind: "boolean", json: true, sql: "BOOLEAN", arrayType: Uint8Array },
  INT8: {
    elementBytes: 1,
    kind: "integer",
    min: -128n,
    max: 127n,
    json: true,
    sql: "TINYINT",
    arrayType: Int8Array,
  },
  INT16: {
    elementBytes: 2,
    kind: "integer",
    min: -32768n,
    max: 32767n,
    json: true,
    sql: "SMALLINT",
    arrayType: Int16Array,
  },
  INT32: {
    elementBytes: 4,
    kind: "integer",
    min: -(2n ** 31n),
    max: 2n ** 31n - 1n,
    json: true,
    sql: "INT",
    arrayType: Int32Array,
  },
  INT64: {
    elementBytes: 8,
    kind: "bigint",
    min: -(2n ** 63n),
    max: 2n ** 63n - 1n,
    json: true,
    sql: "BIGINT",
    arrayType: BigInt64Array,
  },
  UINT8: {
    elementBytes: 1,
    kind: "integer",
    min: 0n,
    max: 255n,
    json: true,
    arrayType: Uint8Array,
  },
  UINT16: {
    elementBytes: 2,
    kind: "integer",
    min: 0n,
    max: 65535n,
    json: true,
    arrayType: Uint16Array,
  },
  UINT32: {
    elementBytes: 4,
    kind: "integer",
    min: 0n,
    max: 2n ** 32n - 1n,
    json: true,
    arrayType: Uint32Array,
  },
  UINT64: {
    elementBytes: 8,
    kind: "bigint",
    min: 0n,
    max: 2n ** 64n - 1n,
    json: true,
    arrayType: BigUint64Array,
  },
  FP16: { elementBytes: 2, kind: "float", json: false, arrayType: Uint16Array },
  BF16: { elementBytes: 2, kind: "float", json: false, arrayType: Uint16Array },
  FP32: { elementBytes: 4, kind: "float", json: true, sql: "FLOAT", arrayType: Float32Array },
  FP64: { elementBytes: 8, kind: "float", json: true, sql: "DOUBLE", arrayType: Float64Array },
  BYTES: { elementBytes: 0, kind: "bytes", json: true, sql: "STRING", arrayType: undefined },
};

/** True for a name of the table, spelt exactly. */
export function isDatatype(name: unknown): name is Datatype {
  return typeof name === "string" && Object.hasOwn(datatypes, name);
}

/** Every datatype's name, in the table's order. */
export const datatypeNames: readonly Datatype[] = Object.keys(datatypes).filter(isDatatype);
