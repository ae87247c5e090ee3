import type { Datatype } from "../tensor/arrays.ts";
import type { ElementForm, Field, ScalarField, WholeTensor } from "./field.ts";

function scalar<D extends Datatype, In, Out>(
  datatype: D,
  form: ElementForm,
): ScalarField<D, In, Out> {
  return { datatype, form, rank: 0, nullable: false };
}

/** How 64-bit integers come out of a model. */
export interface BigIntegerOptions {
  /** `number` refuses values beyond 2^53 instead of rounding them. Default: `bigint`. */
  readonly as?: "bigint" | "number";
}

/** true or false; BOOL. */
export function bool(): ScalarField<"BOOL", boolean, boolean> {
  return scalar("BOOL", "boolean");
}
/** An integer from -128 to 127; INT8. */
export function int8(): ScalarField<"INT8", number, number> {
  return scalar("INT8", "number");
}
/** An integer of 16 bits; INT16. */
export function int16(): ScalarField<"INT16", number, number> {
  return scalar("INT16", "number");
}
/** An integer of 32 bits; INT32. */
export function int32(): ScalarField<"INT32", number, number> {
  return scalar("INT32", "number");
}
/** An integer of 64 bits; INT64. Safe-integer numbers are taken on the way in. */
export function int64(options: {
  readonly as: "number";
}): ScalarField<"INT64", bigint | number, number>;
export function int64(options?: BigIntegerOptions): ScalarField<"INT64", bigint | number, bigint>;
export function int64({ as = "bigint" }: BigIntegerOptions = {}): ScalarField<
  "INT64",
  bigint | number,
  never
> {
  return scalar("INT64", as);
}
/** An integer from 0 to 255; UINT8. */
export function uint8(): ScalarField<"UINT8", number, number> {
  return scalar("UINT8", "number");
}
/** An unsigned integer of 16 bits; UINT16. */
export function uint16(): ScalarField<"UINT16", number, number> {
  return scalar("UINT16", "number");
}
/** An unsigned integer of 32 bits; UINT32. */
export function uint32(): ScalarField<"UINT32", number, number> {
  return scalar("UINT32", "number");
}
/** An unsigned integer of 64 bits; UINT64. Safe-integer numbers are taken on the way in. */
export function uint64(options: {
  readonly as: "number";
}): ScalarField<"UINT64", bigint | number, number>;
export function uint64(options?: BigIntegerOptions): ScalarField<"UINT64", bigint | number, bigint>;
export function uint64({ as = "bigint" }: BigIntegerOptions = {}): ScalarField<
  "UINT64",
  bigint | number,
  never
> {
  return scalar("UINT64", as);
}
/** A number rounded to half precision; FP16. */
export function float16(): ScalarField<"FP16", number, number> {
  return scalar("FP16", "number");
}
/** A number rounded to bfloat16; BF16. */
export function bfloat16(): ScalarField<"BF16", number, number> {
  return scalar("BF16", "number");
}
/** A number rounded to single precision; FP32. */
export function float32(): ScalarField<"FP32", number, number> {
  return scalar("FP32", "number");
}
/** A number; FP64. */
export function float64(): ScalarField<"FP64", number, number> {
  return scalar("FP64", "number");
}
/** Text, as UTF-8; BYTES. Lone surrogates are refused. */
export function string(): ScalarField<"BYTES", string, string> {
  return scalar("BYTES", "text");
}
/** Any bytes; BYTES. */
export function bytes(): ScalarField<"BYTES", Uint8Array, Uint8Array> {
  return scalar("BYTES", "bytes");
}

/** What a list of numbers may come as. */
export type NumberList =
  | readonly number[]
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** What a list of 64-bit integers may come as. */
export type BigIntegerList = readonly (bigint | number)[] | BigInt64Array | BigUint64Array;

/** What a list of elements may come as, by the element's type. */
export type ListIn<In> = [In] extends [number]
  ? NumberList
  : [bigint] extends [In]
    ? BigIntegerList
    : readonly In[];

/** The typed arrays that rows hold; half-precision numbers come as single precision. */
interface Vectors {
  readonly INT8: Int8Array;
  readonly INT16: Int16Array;
  readonly INT32: Int32Array;
  readonly UINT8: Uint8Array;
  readonly UINT16: Uint16Array;
  readonly UINT32: Uint32Array;
  readonly INT64: BigInt64Array;
  readonly UINT64: BigUint64Array;
  readonly FP16: Float32Array;
  readonly BF16: Float32Array;
  readonly FP32: Float32Array;
  readonly FP64: Float64Array;
}

/** What a list of elements comes out as: a typed array where there is one. */
export type ListOut<D extends Datatype, Out> = D extends "INT64" | "UINT64"
  ? Out extends bigint
    ? Vectors[D]
    : Out[]
  : D extends keyof Vectors
    ? Vectors[D]
    : Out[];

/** One more dimension: a list of what the element describes, nested to any depth. */
export function array<D extends Datatype, In, Out>(
  element: ScalarField<D, In, Out>,
): Field<ListIn<In>, ListOut<D, Out>>;
export function array<In, Out>(element: Field<In, Out>): Field<readonly In[], Out[]>;
export function array(element: Field): Field<never, never> {
  const { datatype, form, rank, nullable } = element;
  return { datatype, form, rank: rank + 1, nullable };
}

/**
 * A whole tensor as one value, its elements untouched.
 *
 * @param shape - without the batch dimension; -1 is variable
 */
export function tensor<D extends Datatype>(
  datatype: D,
  shape: readonly number[],
): Field<WholeTensor<D>, WholeTensor<D>> {
  return { datatype, form: "bytes", rank: shape.length, tensorShape: shape, nullable: false };
}

/** Allows null in records. */
export function nullable<In, Out>(field: Field<In, Out>): Field<In | null, Out> {
  const { "~types": _, ...facts } = field;
  return { ...facts, nullable: true };
}

/** Binds a field to a tensor of another name. */
export function named<In, Out>(tensorName: string, field: Field<In, Out>): Field<In, Out> {
  return { ...field, tensorName };
}
