import type { ParquetType, SchemaElement } from "hyparquet";
import { valueText } from "../sink/json-text.ts";

/** What a cell of a Parquet column holds. */
export interface CellType {
  readonly kind: CellKind;
  /** Levels of lists around it. */
  readonly rank: number;
}

/** The kinds of cells that are written. */
export type CellKind =
  | "bool"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "float32"
  | "float64"
  | "text"
  | "bytes"
  | "time"
  | "date";

type ReadCell = (value: unknown) => unknown;

interface CellKindRow {
  /** How Parquet stores it, and what it says of it. */
  readonly element: Pick<SchemaElement, "type" | "converted_type">;
  /** A value as the library takes it; undefined for one that does not fit. */
  readonly read: ReadCell;
}

const dayMs = 86_400_000;

const boolean: ReadCell = (value) => (typeof value === "boolean" ? value : undefined);
const float: ReadCell = (value) =>
  typeof value === "number" ? value : typeof value === "bigint" ? Number(value) : undefined;
const time: ReadCell = (value) => (value instanceof Date ? value : undefined);
const date: ReadCell = (value) =>
  value instanceof Date ? Math.floor(value.getTime() / dayMs) : undefined;
const text: ReadCell = (value) => (typeof value === "string" ? value : valueText(value, true));
const bytes: ReadCell = (value) =>
  typeof value === "string" ? Buffer.from(value) : value instanceof Uint8Array ? value : undefined;

function integer(bits: 8 | 16 | 32, isSigned: boolean): ReadCell {
  const min = isSigned ? -(2 ** (bits - 1)) : 0;
  const max = min + 2 ** bits - 1;
  return (value) => {
    const number = typeof value === "bigint" ? Number(value) : value;
    if (typeof number !== "number" || !Number.isInteger(number)) return undefined;
    return number >= min && number <= max ? number : undefined;
  };
}

function wideInteger(isSigned: boolean): ReadCell {
  const fit = isSigned ? BigInt.asIntN : BigInt.asUintN;
  return (value) => {
    if (typeof value === "number" && !Number.isSafeInteger(value)) return undefined;
    if (typeof value !== "number" && typeof value !== "bigint") return undefined;
    const whole = BigInt(value);
    return fit(64, whole) === whole ? whole : undefined;
  };
}

function kind(
  type: ParquetType,
  read: ReadCell,
  converted?: SchemaElement["converted_type"],
): CellKindRow {
  return {
    element: { type, ...(converted === undefined ? {} : { converted_type: converted }) },
    read,
  };
}

/** One row for each kind. @see the logical types of the Parquet format */
export const cellKinds: Readonly<Record<CellKind, CellKindRow>> = {
  bool: kind("BOOLEAN", boolean),
  int8: kind("INT32", integer(8, true), "INT_8"),
  int16: kind("INT32", integer(16, true), "INT_16"),
  int32: kind("INT32", integer(32, true)),
  int64: kind("INT64", wideInteger(true)),
  uint8: kind("INT32", integer(8, false), "UINT_8"),
  uint16: kind("INT32", integer(16, false), "UINT_16"),
  uint32: kind("INT32", integer(32, false), "UINT_32"),
  uint64: kind("INT64", wideInteger(false), "UINT_64"),
  float32: kind("FLOAT", float),
  float64: kind("DOUBLE", float),
  text: kind("BYTE_ARRAY", text, "UTF8"),
  bytes: kind("BYTE_ARRAY", bytes),
  time: kind("INT64", time, "TIMESTAMP_MILLIS"),
  date: kind("INT32", date, "DATE"),
};

/** A value that no column type describes, as text: words as they are, the rest as JSON. */
export const anyCell: CellType = { kind: "text", rank: 0 };

/** A value as the library takes it; null for none, undefined for one that does not fit. */
export function readCell(value: unknown, { kind: name, rank }: CellType): unknown {
  if (value === null || value === undefined) return null;
  if (rank === 0) return cellKinds[name].read(value);
  if (!Array.isArray(value) && !isTypedArray(value)) return undefined;
  const items: unknown[] = [];
  for (let index = 0; index < value.length; index += 1) {
    const item = readCell(value[index], { kind: name, rank: rank - 1 });
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

function isTypedArray(value: unknown): value is ArrayBufferView & ArrayLike<unknown> {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** About how many bytes a cell takes while it waits for its row group. */
export function cellBytes(cell: unknown): number {
  if (typeof cell === "string") return 24 + cell.length;
  if (cell instanceof Uint8Array) return 100 + cell.byteLength;
  if (!Array.isArray(cell)) return 16;
  let sum = 32;
  for (const item of cell) sum += cellBytes(item);
  return sum;
}
