import { DecodeError } from "../errors/errors.ts";
import type { JsonValue } from "./json-value.ts";
import { endOfString } from "./scan-json.ts";

/** Text and the place where reading goes on. */
interface Cursor {
  readonly text: string;
  at: number;
}

const space = /[ \t\n\r]*/y;
const plainToken = /[^",:[\]{} \t\n\r]+/y;
const numberToken = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** No integer of the protocol has more digits; what has is read as a float. */
const integerToken = /^-?\d{1,40}$/;

const words: ReadonlyMap<string, null | boolean | number> = new Map([
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
  match(cursor, space);
  if (cursor.at < text.length) throw expected(cursor, "the end");
  return value;
}

function expected({ at }: Cursor, what: string): DecodeError {
  return new DecodeError(`message: expected ${what} at character ${at} of the JSON`);
}

function match(cursor: Cursor, token: RegExp): string | undefined {
  token.lastIndex = cursor.at;
  const found = token.exec(cursor.text)?.[0];
  if (found !== undefined) cursor.at += found.length;
  return found;
}

/** Goes past spaces and the character, if it comes next. */
function skip(cursor: Cursor, character: string): boolean {
  match(cursor, space);
  if (cursor.text[cursor.at] !== character) return false;
  cursor.at += 1;
  return true;
}

function readValue(cursor: Cursor): JsonValue {
  match(cursor, space);
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
    match(cursor, space);
    const key = readString(cursor);
    if (!skip(cursor, ":")) throw expected(cursor, '":"');
    if (key in object) throw new DecodeError("message: expected each JSON member once, found twice");
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
  const start = cursor.at;
  const token = match(cursor, plainToken) ?? "";
  if (numberToken.test(token)) return readNumber(token);
  const word = words.get(token);
  if (word !== undefined) return word;
  cursor.at = start;
  throw expected(cursor, "a value");
}

function readNumber(token: string): number | bigint {
  const value = Number(token);
  return Number.isSafeInteger(value) || !integerToken.test(token) ? value : BigInt(token);
}
