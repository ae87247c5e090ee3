import { DecodeError } from "../errors/errors.ts";
import { describeJson, isJsonObject, type JsonObject } from "./json-value.ts";
import { maxJsonBytes, parseJson } from "./parse-json.ts";

/** What a reader of messages puts up with. */
export interface DecodeLimits {
  /** Tensors in one message. Default: 256. */
  readonly maxTensors?: number;
  /** Size of a message's JSON. Default: 268,435,456, the most that is possible. */
  readonly maxJsonBytes?: number;
}

/** A message's JSON, read, and the binary tensors behind it. */
export interface MessageParts {
  readonly message: JsonObject;
  readonly tail: Uint8Array;
  readonly maxTensors: number;
}

/** Triton reads 100 levels of `data`, which lies in a list of objects in an object. */
const messageDepth = 103;

/**
 * Splits a body into its JSON and what follows.
 *
 * @param headerBytes - the value of `Inference-Header-Content-Length`; undefined: all is JSON
 * @throws DecodeError when the length does not lie within the body, or the JSON is no object
 */
export function splitBody(
  body: Uint8Array,
  headerBytes: number | undefined,
  limits: DecodeLimits = {},
): MessageParts {
  const jsonBytes = headerBytes ?? body.byteLength;
  if (!Number.isSafeInteger(jsonBytes) || jsonBytes < 0 || jsonBytes > body.byteLength) {
    throw new DecodeError(
      `message: expected a JSON header of 0 to ${body.byteLength} bytes, found a length of ${jsonBytes}`,
    );
  }
  const most = Math.min(maxJsonBytes, limits.maxJsonBytes ?? maxJsonBytes);
  if (jsonBytes > most) {
    throw new DecodeError(`message: expected at most ${most} bytes of JSON, found ${jsonBytes}`);
  }
  const message = parseJson(body.subarray(0, jsonBytes), messageDepth);
  if (!isJsonObject(message)) {
    throw new DecodeError(`message: expected a JSON object, found ${describeJson(message)}`);
  }
  return {
    message,
    tail: body.subarray(jsonBytes),
    maxTensors: limits.maxTensors ?? 256,
  };
}
