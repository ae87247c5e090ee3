import { Buffer } from "node:buffer";

/** Arrays that are written as the bytes of their elements, little-endian, under their own name. */
const viewTypes = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  Float32Array,
  Float64Array,
} as const;

const isViewName = (name: unknown): name is keyof typeof viewTypes =>
  typeof name === "string" && Object.hasOwn(viewTypes, name);

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/**
 * Makes a value of what JSON can carry. What it cannot becomes an object with one key that begins with
 * `$`; an object that has such keys itself is wrapped, so that nothing is ever mistaken.
 *
 * @throws TypeError for what cannot come back: functions, symbols, maps, sets, cycles
 */
export function toStored(value: unknown, path = "record", within: readonly object[] = []): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return isJsonNumber(value) ? value : { $number: Object.is(value, -0) ? "-0" : String(value) };
    case "bigint":
      return { $bigint: String(value) };
    case "undefined":
      return { $undefined: true };
    default:
  }
  if (value === null) return null;
  if (!isObject(value) || within.includes(value)) throw notStored(path, value);
  if (ArrayBuffer.isView(value)) return storedView(value, path);
  const inside = [...within, value];
  if (Array.isArray(value)) {
    return Array.from(value, (item, index) => toStored(item, `${path}[${index}]`, inside));
  }
  if (value instanceof Date) return { $date: value.getTime() };
  if (value instanceof Map || value instanceof Set || value instanceof ArrayBuffer) {
    throw notStored(path, value);
  }
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    toStored(item, `${path}.${key}`, inside),
  ]);
  const isAmbiguous = entries.some(([key]) => typeof key === "string" && key.startsWith("$"));
  return isAmbiguous ? { $object: entries } : fromEntries(entries);
}

/** The value that {@link toStored} was given. @throws TypeError for what it never writes */
export function fromStored(stored: unknown): unknown {
  if (!isObject(stored)) return stored;
  if (Array.isArray(stored)) return stored.map((item) => fromStored(item));
  const entries: [string, unknown][] = Object.entries(stored);
  const [tag] = entries;
  if (tag?.[0].startsWith("$") !== true) {
    return fromEntries(entries.map(([key, item]) => [key, fromStored(item)]));
  }
  return fromTagged(tag[0], tag[1]);
}

function fromTagged(tag: string, value: unknown): unknown {
  if (tag === "$undefined") return undefined;
  if (tag === "$number" && typeof value === "string") return Number(value);
  if (tag === "$bigint" && typeof value === "string") return BigInt(value);
  if (tag === "$date" && (typeof value === "number" || value === null)) {
    return new Date(value ?? Number.NaN);
  }
  if (tag === "$object" && Array.isArray(value)) {
    return fromEntries(value.map(([key, item]: [string, unknown]) => [key, fromStored(item)]));
  }
  const name = tag.slice(1);
  if (isViewName(name) && typeof value === "string") return readView(name, value);
  throw new TypeError("expected a value of a dead-letter file, found an unknown tag");
}

function isJsonNumber(value: number): boolean {
  return Number.isFinite(value) && !Object.is(value, -0);
}

function storedView(view: ArrayBufferView, path: string): unknown {
  const found = Object.entries(viewTypes).find(([, type]) => view instanceof type);
  if (found === undefined) throw notStored(path, view);
  const bytes = Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  return { [`$${found[0]}`]: bytes.toString("base64") };
}

function readView(name: keyof typeof viewTypes, base64: string): ArrayBufferView {
  // A copy of its own: a view needs memory that begins at a multiple of its elements.
  const { buffer } = Uint8Array.from(Buffer.from(base64, "base64"));
  const view = viewTypes[name];
  if (buffer.byteLength % view.BYTES_PER_ELEMENT !== 0) {
    throw new TypeError(`expected whole elements of ${name}, found a part of one`);
  }
  return new view(buffer);
}

/** `Object.fromEntries` defines `__proto__` as a key instead of following it. */
function fromEntries(entries: readonly (readonly unknown[])[]): object {
  return Object.fromEntries(entries);
}

function notStored(path: string, value: unknown): TypeError {
  const found = isObject(value) ? `a ${value.constructor?.name ?? "bare object"}` : typeof value;
  return new TypeError(
    `${path}: expected a value that a dead-letter file can hold, found ${found}`,
  );
}
