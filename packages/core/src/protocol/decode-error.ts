import { DecodeError } from "../errors/errors.ts";
import { cleanServerText } from "../errors/server-text.ts";
import { isJsonObject, member, type JsonValue } from "./json-value.ts";
import { parseJson } from "./parse-json.ts";

/** Of an error body, no more than this is looked at. */
export const maxErrorBodyBytes: number = 64 * 1024;

const lenient = new TextDecoder("utf-8");
const markup = /<[^<>]{1,512}>/g;
const spaces = /\s+/g;
/** Where servers put their text, the most telling place first. */
const textKeys = ["error", "detail", "message", "msg"];

/**
 * The text of a refusal, whatever form the server gave it: `{"error": "…"}`, `{"detail": …}`, one of
 * those in a list, a bare JSON string, plain text, or a proxy's HTML page. Never throws.
 *
 * @returns one clean line of at most 1,024 characters; "" for an empty body
 */
export function readErrorText(body: Uint8Array): string {
  const bytes = body.subarray(0, maxErrorBodyBytes);
  const json = readJsonOrNothing(bytes);
  return cleanServerText(typeof json === "string" ? json : (textOf(json) ?? readPlain(bytes)));
}

function readPlain(bytes: Uint8Array): string {
  return lenient.decode(bytes).replace(markup, " ").replace(spaces, " ");
}

function readJsonOrNothing(bytes: Uint8Array): JsonValue | undefined {
  try {
    return parseJson(bytes);
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  if (Array.isArray(value)) {
    const texts = value.map(textOf).filter((text) => text !== undefined);
    return texts.length === 0 ? undefined : texts.join("; ");
  }
  if (!isJsonObject(value)) return undefined;
  const texts = textKeys.map((key) => member(value, key));
  const found = texts.map(textOf).find((text) => text !== undefined);
  // Triton tells nothing of a request that it cancelled.
  return found ?? (texts.includes("") ? "" : undefined);
}
