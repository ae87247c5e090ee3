import { DecodeError } from "../errors/errors.ts";
import type { Datatype } from "../tensor/arrays.ts";
import { isDatatype } from "../tensor/datatypes.ts";
import { parseRaw } from "../tensor/raw.ts";
import { elementCount, maxRank, type Shape } from "../tensor/shape.ts";
import type { Tensor, TensorOf } from "../tensor/tensor.ts";
import { decodeData } from "./decode-data.ts";
import { reserved } from "./parameters.ts";
import { isJsonObject, member, type JsonObject, type JsonValue } from "./parse-json.ts";

/** Tensors in one message at most. */
const maxTensors = 256;

/** A tensor's entry, read and checked but for its elements. */
interface Entry {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: Shape;
  /** The product of the shape. */
  readonly count: number;
  readonly json: JsonObject;
}

/**
 * Reads the entries of `inputs` or `outputs`, binary ones from the bytes behind the JSON. Sizes are
 * compared with the bytes that arrived before anything is allocated for them.
 *
 * @param tail - the bytes behind the JSON; tensors become views on it where alignment allows
 * @param headerBytes - size of the JSON, which bounds how many elements can be written in it
 * @throws DecodeError naming the tensor, what was expected and what was found
 */
export function decodeTensors(
  entries: JsonValue | undefined,
  tail: Uint8Array,
  headerBytes: number,
): Tensor[] {
  if (!Array.isArray(entries) || entries.length > maxTensors) {
    throw new DecodeError(`message: expected a list of at most ${maxTensors} tensors`);
  }
  const names = new Set<string>();
  let offset = 0;
  const tensors = entries.map((json: JsonValue) => {
    const entry = decodeEntry(json);
    if (names.has(entry.name)) {
      throw new DecodeError(`tensor "${entry.name}": expected once, found twice`);
    }
    names.add(entry.name);
    const bytes = binarySize(entry, tail.byteLength - offset);
    if (bytes === undefined) return withData(entry, readJsonData(entry, headerBytes));
    offset += bytes;
    return withData(entry, readBinary(entry, tail.subarray(offset - bytes, offset)));
  });
  if (offset !== tail.byteLength) {
    throw new DecodeError(
      `message: expected ${offset} bytes of binary tensors, found ${tail.byteLength}`,
    );
  }
  return tensors;
}

function decodeEntry(json: JsonValue): Entry {
  if (!isJsonObject(json)) throw new DecodeError("message: expected each tensor to be an object");
  const name = member(json, "name");
  if (typeof name !== "string" || name === "") {
    throw new DecodeError("message: expected each tensor to have a name");
  }
  const datatype = member(json, "datatype");
  if (!isDatatype(datatype)) throw new DecodeError(`tensor "${name}": expected a known datatype`);
  const shape = member(json, "shape");
  if (!isShape(shape)) {
    throw new DecodeError(
      `tensor "${name}": expected a shape of at most ${maxRank} whole numbers from 0 on`,
    );
  }
  const count = elementCount(shape);
  if (count === undefined) {
    throw new DecodeError(`tensor "${name}": expected a shape whose elements can be counted`);
  }
  return { name, datatype, shape, count, json };
}

function isShape(value: JsonValue | undefined): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length <= maxRank &&
    value.every((size: JsonValue) => typeof size === "number")
  );
}

/** How many bytes of the tail are the tensor's; undefined when its elements are in the JSON. */
function binarySize({ name, json }: Entry, rest: number): number | undefined {
  const parameters = member(json, "parameters");
  if (!isJsonObject(parameters)) return undefined;
  const size = member(parameters, reserved.binaryDataSize);
  if (size === undefined || size === null) return undefined;
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0 || size > rest) {
    throw new DecodeError(
      `tensor "${name}": expected ${reserved.binaryDataSize} from 0 to the ${rest} bytes that are left, found ${describeSize(size)}`,
    );
  }
  return size;
}

function describeSize(size: JsonValue): string {
  return typeof size === "number" || typeof size === "bigint" ? String(size) : typeof size;
}

function readBinary({ name, datatype, count }: Entry, raw: Uint8Array): Tensor["data"] {
  try {
    return parseRaw(datatype, raw, count);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new DecodeError(`tensor "${name}": ${error.message}`, { cause: error });
  }
}

function readJsonData({ name, datatype, count, json }: Entry, headerBytes: number): Tensor["data"] {
  if (count > headerBytes) {
    throw new DecodeError(
      `tensor "${name}": expected ${count} elements, found ${headerBytes} bytes of JSON`,
    );
  }
  return decodeData(name, datatype, member(json, "data"), count);
}

/** The data was made for the datatype by the table, which the type of the pair cannot say. */
function withData({ name, datatype, shape }: Entry, data: Tensor["data"]): Tensor {
  return { name, datatype, shape, data } as TensorOf<Datatype> as Tensor;
}
