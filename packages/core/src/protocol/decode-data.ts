import { DecodeError, EncodeError } from "../errors/errors.ts";
import type { Datatype, FixedDatatype } from "../tensor/arrays.ts";
import { datatypes, type ElementKind } from "../tensor/datatypes.ts";
import { encodeBytes } from "../tensor/encode-bytes.ts";
import { encodeBfloat16, encodeFloat16 } from "../tensor/float16.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { JsonValue } from "./parse-json.ts";

/**
 * Reads elements written in JSON, flat or nested to any consistent depth.
 *
 * Some servers write `null` where a float is NaN or infinite; it is read as NaN.
 *
 * @param count - elements to expect; already bounded by the size of the JSON
 * @throws DecodeError when elements are missing, too many, or of another kind
 */
export function decodeData(
  name: string,
  datatype: Datatype,
  data: JsonValue | undefined,
  count: number,
): Tensor["data"] {
  const elements = flatten(data, count);
  if (elements === undefined || elements.length !== count) {
    throw new DecodeError(
      `tensor "${name}": expected ${count} elements in its data, found ${elements?.length ?? "more"}`,
    );
  }
  if (datatype === "BYTES") return decodeTexts(name, elements);
  return decodeFixed(name, datatype, elements);
}

/** The elements of nested lists in row-major order; undefined when there are more than `count`. */
function flatten(data: JsonValue | undefined, count: number): readonly JsonValue[] | undefined {
  if (data === undefined) return [];
  if (!Array.isArray(data)) return [data];
  if (!data.some(Array.isArray)) return data;
  const elements: JsonValue[] = [];
  const collect = (item: JsonValue): boolean => {
    if (Array.isArray(item)) return item.every(collect);
    elements.push(item);
    return elements.length <= count;
  };
  return collect(data) ? elements : undefined;
}

function decodeTexts(name: string, elements: readonly JsonValue[]): Tensor["data"] {
  const texts = elements.map((element) => {
    if (typeof element !== "string") throw unexpected(name, "text", element);
    return element;
  });
  try {
    return encodeBytes(texts);
  } catch (error) {
    if (!(error instanceof EncodeError)) throw error;
    throw new DecodeError(`tensor "${name}": ${error.message}`, { cause: error });
  }
}

function decodeFixed(
  name: string,
  datatype: FixedDatatype,
  elements: readonly JsonValue[],
): Tensor["data"] {
  const { kind, arrayType } = datatypes[datatype];
  const target = new arrayType(elements.length);
  if (target instanceof BigInt64Array || target instanceof BigUint64Array) {
    elements.forEach((element, index) => {
      target[index] = decodeInteger(name, datatype, element);
    });
    return target;
  }
  const read = numberReader(datatype, kind);
  elements.forEach((element, index) => {
    target[index] = read(name, datatype, element);
  });
  return target;
}

type ReadNumber = (name: string, datatype: FixedDatatype, element: JsonValue) => number;

const readFloat: ReadNumber = (name, _datatype, element) => {
  if (typeof element === "number") return element;
  if (typeof element === "bigint") return Number(element);
  if (element === null) return Number.NaN;
  throw unexpected(name, "a number", element);
};

const readBoolean: ReadNumber = (name, _datatype, element) => {
  if (typeof element === "boolean") return element ? 1 : 0;
  throw unexpected(name, "true or false", element);
};

const readInteger: ReadNumber = (name, datatype, element) =>
  Number(decodeInteger(name, datatype, element));

function numberReader(datatype: FixedDatatype, kind: ElementKind): ReadNumber {
  if (datatype === "FP16") return (...read) => encodeFloat16(readFloat(...read));
  if (datatype === "BF16") return (...read) => encodeBfloat16(readFloat(...read));
  if (kind === "boolean") return readBoolean;
  return kind === "integer" ? readInteger : readFloat;
}

function decodeInteger(name: string, datatype: FixedDatatype, element: JsonValue): bigint {
  const { min, max } = datatypes[datatype];
  const isInteger =
    typeof element === "bigint" || (typeof element === "number" && Number.isSafeInteger(element));
  if (!isInteger) throw unexpected(name, "an integer", element);
  const value = BigInt(element);
  if (min === undefined || max === undefined || value < min || value > max) {
    throw new DecodeError(
      `tensor "${name}": expected integers of ${datatype}, found one out of range`,
    );
  }
  return value;
}

function unexpected(name: string, expected: string, element: JsonValue): DecodeError {
  const found = element === null ? "null" : Array.isArray(element) ? "a list" : typeof element;
  return new DecodeError(
    `tensor "${name}": expected each element to be ${expected}, found ${found}`,
  );
}
