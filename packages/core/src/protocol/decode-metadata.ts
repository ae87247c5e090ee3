import { DecodeError } from "../errors/errors.ts";
import type { Datatype } from "../tensor/arrays.ts";
import { isDatatype } from "../tensor/datatypes.ts";
import { maxRank } from "../tensor/shape.ts";
import type { ModelMetadata, ServerMetadata, TensorMetadata } from "./metadata.ts";
import { isJsonObject, member, parseJson, type JsonObject, type JsonValue } from "./parse-json.ts";

/** Reads the answer of `GET /v2`. Servers leave out what they do not have. */
export function decodeServerMetadata(body: Uint8Array): ServerMetadata {
  const json = readObject(body, "server metadata");
  return {
    name: readText(json, "name"),
    version: readText(json, "version"),
    extensions: readTexts(member(json, "extensions")),
  };
}

/**
 * Reads the answer of `GET /v2/models/…`. `versions` may be null or absent.
 *
 * @throws DecodeError when a tensor has no name, no known datatype or no shape
 */
export function decodeModelMetadata(body: Uint8Array): ModelMetadata {
  const json = readObject(body, "model metadata");
  const name = readText(json, "name");
  return {
    name,
    versions: readTexts(member(json, "versions")),
    platform: readText(json, "platform"),
    inputs: readTensors(name, member(json, "inputs")),
    outputs: readTensors(name, member(json, "outputs")),
  };
}

/** The object that a management answer is. @throws DecodeError when it is something else */
export function readObject(body: Uint8Array, what: string): JsonObject {
  const json = parseJson(body);
  if (!isJsonObject(json)) throw new DecodeError(`${what}: expected a JSON object`);
  return json;
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
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new DecodeError(`model "${model}": expected a list of tensors`);
  return value.map((entry: JsonValue) => {
    if (!isJsonObject(entry)) throw new DecodeError(`model "${model}": expected tensor objects`);
    const name = readText(entry, "name");
    const shape = member(entry, "shape");
    if (name === "" || !isMetadataShape(shape)) {
      throw new DecodeError(
        `model "${model}": expected each tensor to have a name and a shape, found "${name}"`,
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

/** Takes the wire's names and the configuration's. */
export function readDatatype(tensor: string, name: string): Datatype {
  const wire = name === "TYPE_STRING" ? "BYTES" : name.replace(/^TYPE_/, "");
  if (!isDatatype(wire)) {
    throw new DecodeError(`tensor "${tensor}": expected a known datatype, found "${name}"`);
  }
  return wire;
}
