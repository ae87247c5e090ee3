import { readString, wrong, type Cursor } from "./json-string.ts";

/**
 * A JSON value as Triton's reader tells it: an integer token is a bigint, any other number a number.
 * Of a member that is written twice, the first counts.
 */
export type Json = null | boolean | bigint | number | string | readonly Json[] | JsonMembers;

/** The members of a JSON object. */
export type JsonMembers = ReadonlyMap<string, Json>;

const numberToken = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const maxUint64 = 2n ** 64n - 1n;
const minInt64 = -(2n ** 63n);

const words: Readonly<Record<string, readonly (readonly [word: string, value: Json])[]>> = {
  t: [["true", true]],
  f: [["false", false]],
  n: [["null", null]],
  N: [["NaN", Number.NaN]],
  I: [
    ["Infinity", Number.POSITIVE_INFINITY],
    ["Inf", Number.POSITIVE_INFINITY],
  ],
};

/**
 * Reads JSON as Triton does, with the words and places of its errors. It is not the client's reader, so
 * that neither hides the other's mistake.
 *
 * @throws Refusal with status 500
 */
export function readJson(bytes: Uint8Array): Json {
  const cursor: Cursor = { text: Buffer.from(bytes).toString("latin1"), at: 0 };
  skipSpaces(cursor);
  if (isEnd(cursor)) throw wrong(cursor, "The document is empty.");
  const value = readValue(cursor);
  skipSpaces(cursor);
  if (!isEnd(cursor)) {
    throw wrong(cursor, "The document root must not be followed by other values.");
  }
  return value;
}

/** A NUL ends the text, as in C. */
function isEnd({ text, at }: Cursor): boolean {
  return at >= text.length || text[at] === "\u0000";
}

function skipSpaces(cursor: Cursor): void {
  while (" \n\r\t".includes(cursor.text[cursor.at] ?? "x")) cursor.at += 1;
}

function skip(cursor: Cursor, character: string): boolean {
  skipSpaces(cursor);
  if (cursor.text[cursor.at] !== character) return false;
  cursor.at += 1;
  skipSpaces(cursor);
  return true;
}

function readValue(cursor: Cursor): Json {
  const first = cursor.text[cursor.at] ?? "";
  if (first === '"') return readString(cursor);
  if (skip(cursor, "[")) return readList(cursor);
  if (skip(cursor, "{")) return readObject(cursor);
  return Object.hasOwn(words, first) ? readWord(cursor, first) : readNumber(cursor);
}

function readList(cursor: Cursor): Json {
  const items: Json[] = [];
  if (skip(cursor, "]")) return items;
  do items.push(readValue(cursor));
  while (skip(cursor, ","));
  if (skip(cursor, "]")) return items;
  throw wrong(cursor, "Missing a comma or ']' after an array element.");
}

function readObject(cursor: Cursor): Json {
  const members = new Map<string, Json>();
  if (skip(cursor, "}")) return members;
  do {
    if (cursor.text[cursor.at] !== '"') {
      throw wrong(cursor, "Missing a name for object member.");
    }
    const name = readString(cursor);
    if (!skip(cursor, ":")) {
      throw wrong(cursor, "Missing a colon after a name of object member.");
    }
    const value = readValue(cursor);
    if (!members.has(name)) members.set(name, value);
  } while (skip(cursor, ","));
  if (skip(cursor, "}")) return members;
  throw wrong(cursor, "Missing a comma or '}' after an object member.");
}

function readWord(cursor: Cursor, first: string): Json {
  const { text, at } = cursor;
  const candidates = words[first] ?? [];
  const found = candidates.find(([word]) => text.startsWith(word, at));
  if (found !== undefined) {
    cursor.at += found[0].length;
    return found[1];
  }
  const [[word] = [""]] = candidates;
  let matched = 1;
  while (matched < word.length && text[at + matched] === word[matched]) matched += 1;
  throw wrong({ at: at + matched }, "Invalid value.");
}

function readNumber(cursor: Cursor): Json {
  const { text, at } = cursor;
  if (text[at] === "-" && /[NI]/.test(text[at + 1] ?? "")) {
    cursor.at += 1;
    return -Number(readWord(cursor, text[at + 1] ?? ""));
  }
  numberToken.lastIndex = at;
  const [token, fraction, exponent] = numberToken.exec(text) ?? [];
  if (token === undefined) throw wrong({ at: text[at] === "-" ? at + 1 : at }, "Invalid value.");
  const end = at + token.length;
  const next = text[end] ?? "";
  if (next === "." && fraction === undefined && exponent === undefined) {
    throw wrong({ at: end + 1 }, "Miss fraction part in number.");
  }
  if (/e/i.test(next) && exponent === undefined) {
    const sign = /[+-]/.test(text[end + 1] ?? "") ? 1 : 0;
    throw wrong({ at: end + 1 + sign }, "Miss exponent in number.");
  }
  const isInteger = fraction === undefined && exponent === undefined;
  const value = isInteger ? toInteger(token) : Number(token);
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
    throw wrong(cursor, "Number too big to be stored in double.");
  }
  cursor.at = end;
  return value;
}

/** Beyond 64 bits it is a floating-point number. */
function toInteger(token: string): bigint | number {
  const value = BigInt(token);
  return value < minInt64 || value > maxUint64 ? Number(token) : value;
}
