import { DecodeError } from "../errors/errors.ts";
import type { JsonValue } from "./json-value.ts";
import { endOfString } from "./scan-json.ts";

/** Text and the place where reading goes on. */
interface Cursor {
  readonly text: string;
  at: number;
}

const plainToken = /[^",:[\]{} \t\n\r]+/y;
const numberToken = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** No integer of the protocol has more digits; what has is read as a float. */
const integerToken = /^-?\d{1,40}$/;

const words = new Map<string, null | boolean | number>([
  ["true", true],
  ["false", false],
  ["null", null],
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["Inf", Number.POSITIVE_INFINITY],
  ["-Inf", Number.NEGATIVE_INFINITY],
]);

/**
 * Reads the JSON that `JSON.parse` cannot: bare NaN and Infinity, integers of any size. Objects have
 * no prototype. The nesting has been bounded by `scanJson`, so recursion is too.
 *
 * @throws DecodeError when the text is not JSON or an object has a member twice
 */
export function readJson(text: string): JsonValue {
  const cursor: Cursor = { text, at: 0 };
  const value = readValue(cursor);
  skipSpaces(cursor);
  if (cursor.at < text.length) throw expected(cursor, "the end");
  return value;
}

function expected({ at }: Cursor, what: string): DecodeError {
  return new DecodeError(`message: expected ${what} at character ${at} of the JSON`);
}

function skipSpaces(cursor: Cursor): void {
  while (isSpace(cursor.text.charCodeAt(cursor.at))) cursor.at += 1;
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || unit === 0x0a || unit === 0x0d || unit === 0x09;
}

/** Goes past spaces and the character, if it comes next. */
function skip(cursor: Cursor, character: string): boolean {
  skipSpaces(cursor);
  if (cursor.text[cursor.at] !== character) return false;
  cursor.at += 1;
  return true;
}

function readValue(cursor: Cursor): JsonValue {
  skipSpaces(cursor);
  if (cursor.text[cursor.at] === '"') return readString(cursor);
  if (skip(cursor, "[")) return readList(cursor);
  if (skip(cursor, "{")) return readObject(cursor);
  return readWord(cursor);
}

function readList(cursor: Cursor): JsonValue {
  const items: JsonValue[] = [];
  if (skip(cursor, "]")) return items;
  do items.push(readValue(cursor));
  while (skip(cursor, ","));
  if (!skip(cursor, "]")) throw expected(cursor, '"]"');
  return items;
}

function readObject(cursor: Cursor): JsonValue {
  const object: Record<string, JsonValue> = Object.create(null);
  if (skip(cursor, "}")) return object;
  do {
    skipSpaces(cursor);
    const key = readString(cursor);
    if (!skip(cursor, ":")) throw expected(cursor, '":"');
    if (key in object)
      throw new DecodeError("message: expected each JSON member once, found twice");
    object[key] = readValue(cursor);
  } while (skip(cursor, ","));
  if (!skip(cursor, "}")) throw expected(cursor, '"}"');
  return object;
}

function readString(cursor: Cursor): string {
  const start = cursor.at;
  if (cursor.text[start] !== '"') throw expected(cursor, "a string");
  const end = endOfString(cursor.text, start) + 1;
  try {
    const text = String(JSON.parse(cursor.text.slice(start, end)));
    cursor.at = end;
    return text;
  } catch (error) {
    if (error instanceof SyntaxError) throw expected(cursor, "a string");
    throw error;
  }
}

function readWord(cursor: Cursor): JsonValue {
  plainToken.lastIndex = cursor.at;
  const [token] = plainToken.exec(cursor.text) ?? [""];
  const value = numberToken.test(token) ? readNumber(token) : words.get(token);
  if (value === undefined) throw expected(cursor, "a value");
  cursor.at += token.length;
  return value;
}

function readNumber(token: string): number | bigint {
  const value = Number(token);
  return Number.isSafeInteger(value) || !integerToken.test(token) ? value : BigInt(token);
}
