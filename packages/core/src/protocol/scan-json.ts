import { DecodeError } from "../errors/errors.ts";

/** What can be told of JSON text by looking at each character once. */
export interface JsonScan {
  /** True when `JSON.parse` reads the text as it is meant: no NaN, no Infinity, no huge integer. */
  readonly plain: boolean;
  /** Members of all its objects together, as written. */
  readonly members: number;
}

const quoteMark = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const point = 0x2e;
const openList = 0x5b;
const openObject = 0x7b;
const closeList = 0x5d;
const closeObject = 0x7d;
const letterI = 0x49;
const letterN = 0x4e;

/** Every integer of this many digits is safe; one more digit may not be. */
const safeDigits = 15;
/** A fraction may have any number of digits: it is a float anyway. */
const fraction = -0x4000_0000;

/**
 * Looks at JSON text without understanding it. Of text that is not JSON it says nothing reliable,
 * but `JSON.parse` will refuse that.
 *
 * @throws DecodeError when lists and objects are nested deeper than `maxDepth`
 */
export function scanJson(text: string, maxDepth: number): JsonScan {
  let plain = true;
  let members = 0;
  let depth = 0;
  let digits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x30 && unit <= 0x39) {
      digits += 1;
      if (digits > safeDigits) plain = false;
      continue;
    }
    digits = unit === point ? fraction : 0;
    if (unit === quoteMark) at = endOfString(text, at);
    else if (unit === colon) members += 1;
    else if (unit === openList || unit === openObject) {
      depth += 1;
      if (depth > maxDepth) {
        throw new DecodeError(`message: expected at most ${maxDepth} levels of JSON, found more`);
      }
    } else if (unit === closeList || unit === closeObject) depth -= 1;
    else if (unit === letterI || unit === letterN) plain = false;
  }
  return { plain, members };
}

/** Where the closing mark of the string that begins at `start` is; beyond the text when it has none. */
export function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (unit === quoteMark || Number.isNaN(unit)) return at;
    at += unit === backslash ? 2 : 1;
  }
}
