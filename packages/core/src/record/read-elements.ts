import { DecodeError } from "../errors/errors.ts";
import { bytesAt } from "../tensor/bytes-array.ts";
import { decodeBfloat16, decodeFloat16 } from "../tensor/float16.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { textsOf } from "../tensor/texts.ts";
import type { Field } from "./field.ts";

/** Reads elements of one output as a field wants to see them. */
export interface ElementReader {
  /** One element. @throws DecodeError when it has no such form */
  one(index: number): unknown;
  /** Elements `from` (inclusive) to `to` (exclusive), as a typed array where there is one. */
  list(from: number, to: number): unknown;
}

/** Makes the reader of a tensor for a field. Typed arrays of the field's own datatype are views. */
export function createReader(tensor: Tensor, field: Field): ElementReader {
  switch (tensor.datatype) {
    case "BYTES":
      return listed(readerOfBytes(tensor, field));
    case "BOOL":
      return listed((index) => tensor.data[index] !== 0);
    case "FP16":
      return floats((index) => decodeFloat16(tensor.data[index] ?? 0), field);
    case "BF16":
      return floats((index) => decodeBfloat16(tensor.data[index] ?? 0), field);
    case "INT64":
    case "UINT64":
      return bigIntegers(tensor, field);
    default:
      return numbers(tensor, field);
  }
}

function listed(one: (index: number) => unknown): ElementReader {
  return {
    one,
    list: (from, to) => Array.from({ length: to - from }, (_, index) => one(from + index)),
  };
}

function readerOfBytes(
  { name, data }: Extract<Tensor, { datatype: "BYTES" }>,
  { form }: Field,
): (index: number) => string | Uint8Array {
  if (form === "bytes") return (index) => bytesAt(data, index);
  const texts = textsOf(data);
  return (index) => {
    const text = texts[index];
    if (text !== undefined) return text;
    throw new DecodeError(`output "${name}": expected UTF-8 text, found bytes that are not`);
  };
}

function floats(one: (index: number) => number, { datatype }: Field): ElementReader {
  return {
    one,
    list: (from, to) => {
      const values =
        datatype === "FP64" ? new Float64Array(to - from) : new Float32Array(to - from);
      for (let index = 0; index < values.length; index += 1) values[index] = one(from + index);
      return values;
    },
  };
}

function bigIntegers(
  tensor: Extract<Tensor, { datatype: "INT64" | "UINT64" }>,
  field: Field,
): ElementReader {
  const at = (index: number): bigint => tensor.data[index] ?? 0n;
  if (field.form !== "number") {
    return { one: at, list: (from, to) => tensor.data.subarray(from, to) };
  }
  return listed((index) => {
    const value = Number(at(index));
    if (Number.isSafeInteger(value)) return value;
    throw new DecodeError(
      `output "${tensor.name}": expected integers up to 2^53, found one beyond`,
    );
  });
}

type NarrowTensor = Extract<
  Tensor,
  { datatype: "INT8" | "INT16" | "INT32" | "UINT8" | "UINT16" | "UINT32" | "FP32" | "FP64" }
>;

function numbers(tensor: NarrowTensor, field: Field): ElementReader {
  const at = (index: number): number => tensor.data[index] ?? 0;
  if (field.datatype === "INT64" || field.datatype === "UINT64") return widened(at, field);
  const list = widerVectors[field.datatype];
  if (field.datatype === tensor.datatype || list === undefined) {
    return { one: at, list: (from, to) => tensor.data.subarray(from, to) };
  }
  return { one: at, list: (from, to) => list(tensor.data.subarray(from, to)) };
}

/** Integers that the server keeps narrower than the field. */
function widened(at: (index: number) => number, { datatype, form }: Field): ElementReader {
  if (form === "number") return listed(at);
  const Vector = datatype === "INT64" ? BigInt64Array : BigUint64Array;
  return {
    one: (index) => BigInt(at(index)),
    list: (from, to) =>
      Vector.from(Array.from({ length: to - from }, (_, index) => BigInt(at(from + index)))),
  };
}

/** Typed arrays for fields wider than their tensor. */
const widerVectors: Readonly<Record<string, ((values: Iterable<number>) => unknown) | undefined>> =
  {
    INT16: (values) => Int16Array.from(values),
    INT32: (values) => Int32Array.from(values),
    UINT16: (values) => Uint16Array.from(values),
    UINT32: (values) => Uint32Array.from(values),
    FP64: (values) => Float64Array.from(values),
  };
