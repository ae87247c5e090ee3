import { Refusal } from "./refusal.ts";

/** Text with one character for each byte, so that places are bytes. */
export interface Cursor {
  readonly text: string;
  at: number;
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** An error of the reader, with its place. */
export function wrong({ at }: { readonly at: number }, what: string): Refusal {
  return new Refusal(500, `failed to parse the request JSON buffer: ${what} at ${at}`);
}

/** Reads a string, from its quotation mark to behind the other one. @throws Refusal */
export function readString(cursor: Cursor): string {
  let result = "";
  cursor.at += 1;
  for (;;) {
    const start = cursor.at;
    while (isPlain(cursor.text.charCodeAt(cursor.at))) cursor.at += 1;
    result += fromBytes(cursor.text.slice(start, cursor.at));
    const stop = cursor.text[cursor.at];
    if (stop === '"') break;
    if (stop === undefined || stop === "\u0000") {
      throw wrong(cursor, "Missing a closing quotation mark in string.");
    }
    if (stop !== "\\") throw wrong(cursor, "Invalid encoding in string.");
    result += readEscape(cursor);
  }
  cursor.at += 1;
  return result;
}

/** Neither a quotation mark, a backslash, a control character nor the end. */
function isPlain(unit: number): boolean {
  return unit >= 0x20 && unit !== 0x22 && unit !== 0x5c;
}

function fromBytes(text: string): string {
  return Buffer.from(text, "latin1").toString("utf8");
}

function readEscape(cursor: Cursor): string {
  const { text, at } = cursor;
  const letter = text[at + 1] ?? "";
  if (letter !== "u") {
    const meant = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
    if (meant === undefined) throw wrong(cursor, "Invalid escape character in string.");
    cursor.at += 2;
    return meant;
  }
  const high = readUnit(cursor, at);
  cursor.at += 6;
  if (high < 0xd800 || high > 0xdfff) return String.fromCharCode(high);
  const isPair = high < 0xdc00 && text.startsWith("\\u", at + 6);
  const low = isPair ? readUnit(cursor, at + 6) : 0;
  if (low < 0xdc00 || low > 0xdfff) {
    throw wrong({ at }, "The surrogate pair in string is invalid.");
  }
  cursor.at += 6;
  return String.fromCharCode(high, low);
}

function readUnit({ text }: Cursor, at: number): number {
  const digits = text.slice(at + 2, at + 6);
  if (/^[0-9a-fA-F]{4}$/.test(digits)) return Number.parseInt(digits, 16);
  throw wrong({ at }, "Incorrect hex digit after \\u escape in string.");
}
