import type { Datatype, FixedDatatype } from "../tensor/arrays.ts";
import { datatypes } from "../tensor/datatypes.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { encodeBfloat16, encodeFloat16 } from "../tensor/float16.ts";

/** An array that a whole batch of one input is written into. */
export interface Target<T> {
  readonly length: number;
  [index: number]: T;
  set(source: ArrayLike<T>, offset: number): void;
  subarray(from: number, to: number): Tensor["data"];
  /** The array itself. */
  valueOf(): Tensor["data"];
}

/** Turns a field's element into what the wire's array holds; undefined when it does not fit. */
export type ElementWriter<T> = (value: unknown) => T | undefined;

/** The writer of elements of a field into a narrow array of the wire's datatype. */
export function numberWriter(field: Datatype, wire: FixedDatatype): ElementWriter<number> {
  const { kind } = datatypes[field];
  if (kind === "boolean") return writeBoolean;
  if (wire === "FP16") return (value) => mapFloat(value, encodeFloat16);
  if (wire === "BF16") return (value) => mapFloat(value, encodeBfloat16);
  if (kind === "float") return writeFloat;
  const { min = 0n, max = 0n } = datatypes[field];
  return integerWriter(Number(min), Number(max));
}

/** The writer of elements of a field into an array of 64-bit integers. */
export function bigWriter(field: Datatype): ElementWriter<bigint> {
  const { min = 0n, max = 0n } = datatypes[field];
  return (value) => {
    if (typeof value === "number" && !Number.isSafeInteger(value)) return undefined;
    if (typeof value !== "number" && typeof value !== "bigint") return undefined;
    const integer = BigInt(value);
    return integer >= min && integer <= max ? integer : undefined;
  };
}

function writeBoolean(value: unknown): number | undefined {
  if (typeof value !== "boolean") return undefined;
  return value ? 1 : 0;
}

function writeFloat(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function mapFloat(value: unknown, encode: (value: number) => number): number | undefined {
  return typeof value === "number" ? encode(value) : undefined;
}

function integerWriter(min: number, max: number): ElementWriter<number> {
  return (value) =>
    typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
      ? value
      : undefined;
}
