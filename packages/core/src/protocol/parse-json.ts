import { DecodeError } from "../errors/errors.ts";
import type { JsonObject, JsonValue } from "./json-value.ts";
import { readJson } from "./read-json.ts";
import { scanJson } from "./scan-json.ts";

/** Levels of a document about servers and models. */
const documentDepth = 32;
/** The longest JSON that is made into text; engines cannot hold much more in one string. */
export const maxJsonBytes = 0x1000_0000;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads JSON as servers write it: bare `NaN`, `Infinity`, `-Infinity` and `Inf`, and integers of any
 * size, which become bigint beyond 2^53. The engine's own reader is used whenever it would read the
 * same.
 *
 * @param maxDepth - levels of nesting at most. Default: 32.
 * @throws DecodeError for what is not JSON in UTF-8, is nested deeper or longer than 256 MiB, and for
 *   an object that has a member twice
 */
export function parseJson(bytes: Uint8Array, maxDepth: number = documentDepth): JsonValue {
  const text = decodeUtf8(bytes);
  const { plain, members } = scanJson(text, maxDepth);
  if (!plain) return readJson(text);
  const value = parsePlain(text);
  // A member that is written twice comes out once.
  if (countMembers(value) !== members) {
    throw new DecodeError("message: expected each JSON member once, found one twice");
  }
  return value;
}

function decodeUtf8(bytes: Uint8Array): string {
  if (bytes.byteLength > maxJsonBytes) {
    throw new DecodeError(
      `message: expected at most ${maxJsonBytes} bytes of JSON, found ${bytes.byteLength}`,
    );
  }
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw new DecodeError("message: expected JSON in UTF-8, found bytes that are not", {
      cause: error,
    });
  }
}

function parsePlain(text: string): JsonValue {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch {
    // The engine's error quotes the text, which may hold tensor values.
    throw new DecodeError(`message: expected JSON, found ${text.length} characters that are not`);
  }
}

function countMembers(value: JsonValue): number {
  if (!isContainer(value)) return 0;
  const isList = Array.isArray(value);
  const items: readonly JsonValue[] = isList ? value : Object.values(value);
  let count = isList ? 0 : items.length;
  for (const item of items) {
    if (isContainer(item)) count += countMembers(item);
  }
  return count;
}

function isContainer(value: JsonValue): value is JsonObject | readonly JsonValue[] {
  return typeof value === "object" && value !== null;
}
