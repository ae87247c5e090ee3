import { DecodeError, EncodeError } from "../errors/errors.ts";
import type { Datatype, FixedDatatype } from "../tensor/arrays.ts";
import { datatypes } from "../tensor/datatypes.ts";
import { encodeBytes } from "../tensor/encode-bytes.ts";
import { encodeBfloat16, encodeFloat16 } from "../tensor/float16.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { describeJson, type JsonValue } from "./json-value.ts";

/**
 * Reads elements written in JSON, flat or nested, row-major.
 *
 * @param count - elements to expect; nothing is allocated for them before they were counted
 * @throws DecodeError when elements are missing, too many, or of another kind
 */
export function decodeData(
  name: string,
  datatype: Datatype,
  data: JsonValue | undefined,
  count: number,
): Tensor["data"] {
  const elements = flatten(data);
  if (elements.length !== count) {
    throw new DecodeError(
      `tensor "${name}": expected ${count} elements in its data, found ${elements.length}`,
    );
  }
  return datatype === "BYTES" ? decodeTexts(name, elements) : decodeFixed(name, datatype, elements);
}

/** A list's elements in row-major order. The reader of the JSON has bounded its nesting. */
function flatten(data: JsonValue | undefined): readonly JsonValue[] {
  if (data === undefined || data === null) return [];
  if (!Array.isArray(data)) return [data];
  if (!data.some(Array.isArray)) return data;
  const elements: JsonValue[] = [];
  const collect = (item: JsonValue): void => {
    if (Array.isArray(item)) item.forEach(collect);
    else elements.push(item);
  };
  collect(data);
  return elements;
}

function decodeTexts(name: string, elements: readonly JsonValue[]): Tensor["data"] {
  const texts = elements.map((element) => {
    if (typeof element === "string") return element;
    throw unexpected(name, "text", element);
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
  const target = new datatypes[datatype].arrayType(elements.length);
  if (target instanceof BigInt64Array || target instanceof BigUint64Array) {
    for (const [index, element] of elements.entries()) {
      target[index] = readBigint(name, datatype, element);
    }
    return target;
  }
  const read = numberReader(name, datatype);
  for (let index = 0; index < target.length; index += 1) {
    target[index] = read(elements[index] ?? null);
  }
  return target;
}

type ReadNumber = (element: JsonValue) => number;

function numberReader(name: string, datatype: FixedDatatype): ReadNumber {
  const readFloat: ReadNumber = (element) => {
    if (typeof element === "number") return element;
    if (typeof element === "bigint") return Number(element);
    // Servers whose JSON has no NaN write null in its place.
    if (element === null) return Number.NaN;
    throw unexpected(name, "a number", element);
  };
  if (datatype === "FP16") return (element) => encodeFloat16(readFloat(element));
  if (datatype === "BF16") return (element) => encodeBfloat16(readFloat(element));
  const { kind } = datatypes[datatype];
  if (kind === "float") return readFloat;
  return kind === "boolean" ? booleanReader(name) : integerReader(name, datatype);
}

function booleanReader(name: string): ReadNumber {
  return (element) => {
    if (typeof element === "boolean") return element ? 1 : 0;
    throw unexpected(name, "true or false", element);
  };
}

function integerReader(name: string, datatype: FixedDatatype): ReadNumber {
  const { min = 0n, max = 0n } = datatypes[datatype];
  const least = Number(min);
  const most = Number(max);
  return (element) => {
    if (typeof element === "bigint") throw outOfRange(name, datatype);
    if (typeof element !== "number") throw unexpected(name, "an integer", element);
    if (!Number.isInteger(element)) throw unexpected(name, "an integer", element);
    if (element < least || element > most) throw outOfRange(name, datatype);
    return element;
  };
}

function readBigint(name: string, datatype: FixedDatatype, element: JsonValue): bigint {
  const { min = 0n, max = 0n } = datatypes[datatype];
  const isInteger =
    typeof element === "bigint" || (typeof element === "number" && Number.isSafeInteger(element));
  if (!isInteger) throw unexpected(name, "an integer", element);
  const value = BigInt(element);
  if (value < min || value > max) throw outOfRange(name, datatype);
  return value;
}

function outOfRange(name: string, datatype: Datatype): DecodeError {
  return new DecodeError(
    `tensor "${name}": expected integers of ${datatype}, found one out of range`,
  );
}

function unexpected(name: string, expected: string, element: JsonValue): DecodeError {
  return new DecodeError(
    `tensor "${name}": expected each element to be ${expected}, found ${describeJson(element)}`,
  );
}
