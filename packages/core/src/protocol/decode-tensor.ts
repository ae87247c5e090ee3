import { DecodeError } from "../errors/errors.ts";
import type { Datatype } from "../tensor/arrays.ts";
import { isDatatype } from "../tensor/datatypes.ts";
import { parseRaw } from "../tensor/raw.ts";
import { elementCount, maxRank, type Shape } from "../tensor/shape.ts";
import type { Tensor, TensorOf } from "../tensor/tensor.ts";
import { decodeData } from "./decode-data.ts";
import {
  describeJson,
  isJsonObject,
  member,
  type JsonObject,
  type JsonValue,
} from "./json-value.ts";
import { reserved } from "./parameters.ts";
import type { MessageParts } from "./split-body.ts";

/** A tensor's entry, checked but for its elements. */
export interface TensorEntry {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: Shape;
  /** The product of the shape. */
  readonly count: number;
  readonly json: JsonObject;
}

/** How to look at an entry before its elements are read; throws to refuse it. */
export type EntryRule = (entry: TensorEntry) => void;

/**
 * Reads the entries of `inputs` or `outputs`, binary ones from the bytes behind the JSON. Sizes are
 * compared with what arrived before anything is allocated for them. Binary tensors become views on
 * those bytes where alignment allows.
 *
 * @throws DecodeError naming the tensor, what was expected and what was found
 */
export function decodeTensors(
  key: "inputs" | "outputs",
  { message, tail, maxTensors }: MessageParts,
  rule?: EntryRule,
): Tensor[] {
  const entries = member(message, key);
  if (!Array.isArray(entries) || entries.length > maxTensors) {
    const found = Array.isArray(entries) ? entries.length : describeJson(entries);
    throw new DecodeError(
      `message: expected "${key}" to be a list of at most ${maxTensors} tensors, found ${found}`,
    );
  }
  const names = new Set<string>();
  const tensors: Tensor[] = [];
  let offset = 0;
  for (const item of entries) {
    const entry = decodeEntry(item);
    if (names.has(entry.name)) {
      throw new DecodeError(`tensor "${entry.name}": expected once, found twice`);
    }
    names.add(entry.name);
    rule?.(entry);
    const bytes = binarySize(entry, tail.byteLength - offset);
    const data =
      bytes === undefined
        ? decodeData(entry.name, entry.datatype, member(entry.json, "data"), entry.count)
        : readBinary(entry, tail.subarray(offset, offset + bytes));
    tensors.push(withData(entry, data));
    offset += bytes ?? 0;
  }
  if (offset !== tail.byteLength) {
    throw new DecodeError(
      `message: expected ${offset} bytes of binary tensors, found ${tail.byteLength}`,
    );
  }
  return tensors;
}

function decodeEntry(json: JsonValue): TensorEntry {
  if (!isJsonObject(json)) {
    throw new DecodeError(
      `message: expected each tensor to be an object, found ${describeJson(json)}`,
    );
  }
  const name = member(json, "name");
  if (typeof name !== "string" || name === "") {
    throw new DecodeError("message: expected each tensor to have a name, found one without");
  }
  const datatype = member(json, "datatype");
  if (!isDatatype(datatype)) {
    throw new DecodeError(
      `tensor "${name}": expected a known datatype, found ${describeJson(datatype)} that is none`,
    );
  }
  const shape = member(json, "shape");
  const count = isShape(shape) ? elementCount(shape) : undefined;
  if (!isShape(shape) || count === undefined) {
    throw new DecodeError(
      `tensor "${name}": expected a shape of at most ${maxRank} whole numbers from 0 on whose product can be counted, found another`,
    );
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
function binarySize({ name, json }: TensorEntry, rest: number): number | undefined {
  const parameters = member(json, "parameters");
  const size = isJsonObject(parameters) ? member(parameters, reserved.binaryDataSize) : undefined;
  if (size === undefined || size === null) return undefined;
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0 || size > rest) {
    const found = typeof size === "number" || typeof size === "bigint" ? size : describeJson(size);
    throw new DecodeError(
      `tensor "${name}": expected ${reserved.binaryDataSize} from 0 to the ${rest} bytes that are left, found ${found}`,
    );
  }
  if ((member(json, "data") ?? null) !== null) {
    throw new DecodeError(`tensor "${name}": expected its elements once, found them in both forms`);
  }
  return size;
}

function readBinary({ name, datatype, count }: TensorEntry, raw: Uint8Array): Tensor["data"] {
  try {
    return parseRaw(datatype, raw, count);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new DecodeError(`tensor "${name}": ${error.message}`, { cause: error });
  }
}

/** The table made the data for the datatype, which the type of the pair cannot say. */
function withData({ name, datatype, shape }: TensorEntry, data: Tensor["data"]): Tensor {
  const tensor: TensorOf<Datatype> = { name, datatype, shape, data };
  return tensor as Tensor;
}
