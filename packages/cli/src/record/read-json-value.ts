import type { Column } from "./columns.ts";

/** What JSON has no numbers for; the spelling of the JSON form of protocol buffers. */
const words: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

const floats: ReadonlySet<string> = new Set(["FP16", "BF16", "FP32", "FP64"]);
const bigIntegers: ReadonlySet<string> = new Set(["INT64", "UINT64"]);

/**
 * Turns the texts that stand for other values into them: `"NaN"` in a field of floats, digits in one of
 * 64-bit integers, base64 in one of bytes. Everything else stays as it is, to be judged by the field.
 */
export function readJsonValue(value: unknown, column: Column): unknown {
  if (typeof value === "string") return readText(value, column);
  if (!Array.isArray(value) || !mayHoldTexts(column)) return value;
  return value.map((item: unknown) => readJsonValue(item, column));
}

function mayHoldTexts({ datatype, isBinary }: Column): boolean {
  return isBinary || floats.has(datatype) || bigIntegers.has(datatype);
}

function readText(text: string, { datatype, isBinary }: Column): unknown {
  if (isBinary) return isBase64(text) ? new Uint8Array(Buffer.from(text, "base64")) : text;
  if (floats.has(datatype)) return words.get(text) ?? text;
  return bigIntegers.has(datatype) && /^-?\d{1,20}$/.test(text) ? BigInt(text) : text;
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[\w+/-]*={0,2}$/.test(text);
}
