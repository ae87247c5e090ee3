import { DecodeError } from "../errors/errors.ts";
import { decodeParameters } from "./decode-parameters.ts";
import { decodeTensors } from "./decode-tensor.ts";
import { isJsonObject, member, parseJson, type JsonObject } from "./parse-json.ts";
import type { InferenceResponse } from "./response.ts";
import { splitBody } from "./split-body.ts";

/**
 * Reads the answer of `POST …/infer`: binary tensors, JSON tensors, or some of each. The tensors are
 * views on the body where alignment allows.
 *
 * @param headerBytes - the value of `Inference-Header-Content-Length`; undefined: all is JSON
 * @throws DecodeError when anything in it contradicts itself or is not V2
 */
export function decodeResponse(
  body: Uint8Array,
  headerBytes: number | undefined,
): InferenceResponse {
  const { json, tail } = splitBody(body, headerBytes);
  const message = parseJson(json);
  if (!isJsonObject(message)) throw new DecodeError("answer: expected a JSON object");
  const error = member(message, "error");
  if (error !== undefined && error !== null) {
    throw new DecodeError("answer: expected outputs, found an error in an answer of success");
  }
  const version = readVersion(message);
  const id = readText(message, "id");
  const parameters = decodeParameters(member(message, "parameters"));
  return {
    modelName: readText(message, "model_name") ?? "",
    ...(version === undefined ? {} : { modelVersion: version }),
    ...(id === undefined ? {} : { id }),
    ...(parameters === undefined ? {} : { parameters }),
    outputs: decodeTensors(member(message, "outputs"), tail, json.byteLength),
  };
}

function readText(message: JsonObject, key: string): string | undefined {
  const value = member(message, key);
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw new DecodeError(`answer: expected "${key}" to be text`);
  return value;
}

/** Some servers leave the version out, say null, or write a number. */
function readVersion(message: JsonObject): string | undefined {
  const value = member(message, "model_version");
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return readText(message, "model_version");
}
