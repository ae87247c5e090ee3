import { DecodeError } from "../errors/errors.ts";
import { cleanServerText } from "../errors/server-text.ts";
import { decodeParameters } from "./decode-parameters.ts";
import { decodeTensors } from "./decode-tensor.ts";
import { describeJson, member, type JsonObject } from "./json-value.ts";
import type { InferenceResponse } from "./response.ts";
import { splitBody, type DecodeLimits } from "./split-body.ts";

/**
 * Reads the answer of `POST …/infer`: tensors in binary form, in JSON, or some of each. They are views
 * on the body where alignment allows.
 *
 * Servers leave out, set to null or write as numbers what does not matter to them; that is read. An
 * empty id counts as none.
 *
 * @param headerBytes - the value of `Inference-Header-Content-Length`; undefined: all is JSON
 * @throws DecodeError when anything in it contradicts itself or is not V2
 */
export function decodeResponse(
  body: Uint8Array,
  headerBytes: number | undefined,
  limits?: DecodeLimits,
): InferenceResponse {
  const parts = splitBody(body, headerBytes, limits);
  const { message } = parts;
  refuseError(message);
  const id = readText(message, "id");
  const modelVersion = readVersion(message);
  const parameters = decodeParameters(member(message, "parameters"));
  return {
    modelName: readText(message, "model_name") ?? "",
    ...(modelVersion === undefined ? {} : { modelVersion }),
    ...(id === undefined ? {} : { id }),
    outputs: decodeTensors("outputs", parts),
    ...(parameters === undefined ? {} : { parameters }),
  };
}

function refuseError(message: JsonObject): void {
  const error = member(message, "error");
  if (error === undefined || error === null) return;
  const text = typeof error === "string" ? cleanServerText(error) : describeJson(error);
  throw new DecodeError(`answer: expected outputs, found an error: ${text}`);
}

function readText(message: JsonObject, key: string): string | undefined {
  const value = member(message, key);
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  throw new DecodeError(`answer: expected "${key}" to be text, found ${describeJson(value)}`);
}

function readVersion(message: JsonObject): string | undefined {
  const value = member(message, "model_version");
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  return readText(message, "model_version");
}
