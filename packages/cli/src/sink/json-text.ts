/** Which fields hold bytes that are to be told in base64, and not as lists of numbers. */
export type BinaryNames = ReadonlySet<string>;

/**
 * A row as one line of JSON, without its end. 64-bit integers keep every digit, typed arrays are lists,
 * and what JSON has no numbers for is a word: `"NaN"`, `"Infinity"`, `"-Infinity"`.
 */
export function rowText(row: object, binary: BinaryNames): string {
  let members = "";
  for (const [name, value] of Object.entries(row)) {
    const text = valueText(value, binary.has(name));
    if (text === undefined) continue;
    members += `${members === "" ? "" : ","}${JSON.stringify(name)}:${text}`;
  }
  return `{${members}}`;
}

/**
 * A value as JSON; undefined for what JSON leaves out.
 *
 * @param isBinary - bytes are told in base64
 */
export function valueText(value: unknown, isBinary: boolean): string | undefined {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "number":
      return numberText(value);
    case "bigint":
    case "boolean":
      return String(value);
    case "object":
      return value === null ? "null" : objectText(value, isBinary);
    default:
      return undefined;
  }
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  // JSON.stringify forgets the sign of this one.
  return Object.is(value, -0) ? "-0" : String(value);
}

function objectText(value: object, isBinary: boolean): string {
  if (value instanceof Uint8Array && isBinary) {
    return `"${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64")}"`;
  }
  if (isTypedArray(value) || Array.isArray(value)) return listText(value, isBinary);
  if (value instanceof Date) return JSON.stringify(value);
  return rowText(value, isBinary ? new Set(Object.keys(value)) : new Set());
}

/** By concatenation: a list of its texts would be garbage for each row. */
function listText(list: ArrayLike<unknown>, isBinary: boolean): string {
  let items = "";
  for (let index = 0; index < list.length; index += 1) {
    items += `${index === 0 ? "" : ","}${valueText(list[index], isBinary) ?? "null"}`;
  }
  return `[${items}]`;
}

function isTypedArray(value: object): value is ArrayBufferView & ArrayLike<unknown> {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}
