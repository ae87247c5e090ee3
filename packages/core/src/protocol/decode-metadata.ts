import { DecodeError } from "../errors/errors.ts";
import type { Datatype } from "../tensor/arrays.ts";
import { isDatatype } from "../tensor/datatypes.ts";
import { maxRank } from "../tensor/shape.ts";
import {
  describeJson,
  isJsonObject,
  member,
  type JsonObject,
  type JsonValue,
} from "./json-value.ts";
import type { ModelMetadata, ServerMetadata, TensorMetadata } from "./metadata.ts";
import { parseJson } from "./parse-json.ts";

/**
 * Reads the answer of `GET /v2`. Servers leave out what they do not have.
 *
 * @throws DecodeError when it is no JSON object
 */
export function decodeServerMetadata(body: Uint8Array): ServerMetadata {
  const json = readObject("server metadata", parseJson(body));
  return {
    name: readText(json, "name"),
    version: readText(json, "version"),
    extensions: readTexts(member(json, "extensions")),
  };
}

/**
 * Reads the answer of `GET /v2/models/…`. Versions, inputs and outputs may be null or absent.
 *
 * @throws DecodeError when a tensor has no name, no known datatype or no shape
 */
export function decodeModelMetadata(body: Uint8Array): ModelMetadata {
  const json = readObject("model metadata", parseJson(body));
  const name = readText(json, "name");
  return {
    name,
    versions: readTexts(member(json, "versions")),
    platform: readText(json, "platform"),
    inputs: readTensors(name, member(json, "inputs")),
    outputs: readTensors(name, member(json, "outputs")),
  };
}

/** The object that a document or an entry of it is. @throws DecodeError when it is something else */
export function readObject(what: string, json: JsonValue): JsonObject {
  if (isJsonObject(json)) return json;
  throw new DecodeError(`${what}: expected a JSON object, found ${describeJson(json)}`);
}

/** The list that a document or a part of it is. @throws DecodeError when it is something else */
export function readList(what: string, json: JsonValue | undefined): readonly JsonValue[] {
  if (Array.isArray(json)) return json;
  throw new DecodeError(`${what}: expected a list, found ${describeJson(json)}`);
}

/** A text member, or "" where there is none. */
export function readText(json: JsonObject, key: string): string {
  const value = member(json, key);
  return typeof value === "string" ? value : "";
}

function readTexts(value: JsonValue | undefined): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value
    .filter((item: JsonValue) => typeof item === "string" || typeof item === "number")
    .map(String);
}

function readTensors(model: string, value: JsonValue | undefined): readonly TensorMetadata[] {
  const what = `metadata of model "${model}"`;
  return readList(what, value ?? []).map((item) => {
    const entry = readObject(what, item);
    const name = readText(entry, "name");
    const shape = member(entry, "shape");
    if (name === "") throw new DecodeError(`${what}: expected each tensor to have a name`);
    if (!isMetadataShape(shape)) {
      throw new DecodeError(
        `${what}: expected the shape of tensor "${name}" to be at most ${maxRank} whole numbers from -1 on, found another`,
      );
    }
    return { name, datatype: readDatatype(name, readText(entry, "datatype")), shape };
  });
}

function isMetadataShape(value: JsonValue | undefined): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length <= maxRank &&
    value.every((size: JsonValue) => Number.isSafeInteger(size) && Number(size) >= -1)
  );
}

/**
 * A datatype from the wire's name for it or the model configuration's.
 *
 * @throws DecodeError when it is neither
 */
export function readDatatype(tensor: string, name: string): Datatype {
  const wire = name === "TYPE_STRING" ? "BYTES" : name.replace(/^TYPE_/, "");
  if (isDatatype(wire)) return wire;
  throw new DecodeError(
    `tensor "${tensor}": expected a known datatype, found "${name.slice(0, 32)}"`,
  );
}
