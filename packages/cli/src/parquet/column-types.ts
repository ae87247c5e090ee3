import type { Datatype } from "@nereid/core";
import type { SchemaElement, SchemaTree } from "hyparquet";
import type { Column, Columns } from "../record/columns.ts";
import { anyCell, type CellKind, type CellType } from "./cell-type.ts";

const kindOfDatatype: Readonly<Record<Datatype, CellKind>> = {
  BOOL: "bool",
  INT8: "int8",
  INT16: "int16",
  INT32: "int32",
  INT64: "int64",
  UINT8: "uint8",
  UINT16: "uint16",
  UINT32: "uint32",
  UINT64: "uint64",
  FP16: "float32",
  BF16: "float32",
  FP32: "float32",
  FP64: "float64",
  BYTES: "text",
};

/** The cells of a model's outputs. */
export function outputCells(outputs: Columns): ReadonlyMap<string, CellType> {
  return new Map([...outputs].map(([name, column]) => [name, cellOf(column)]));
}

/**
 * The cells of a record's own fields: those of Parquet files have the type that they have there, in
 * every file; inputs of the model have the model's; everything else is text.
 *
 * @param files - the columns of each source; undefined for a source without types
 */
export function recordCells(
  inputs: Columns,
  files: readonly (ReadonlyMap<string, CellType> | undefined)[],
): (name: string) => CellType {
  const typed = [...inputs].map(([name, column]): [string, CellType] => [name, ownCell(column)]);
  const ofInputs = new Map(typed);
  return (name) => {
    const [first, ...others] = files.map((columns) => columns?.get(name));
    if (first !== undefined && others.every((other) => isSame(first, other))) return first;
    return ofInputs.get(name) ?? anyCell;
  };
}

function isSame(left: CellType, right: CellType | undefined): boolean {
  return right !== undefined && left.kind === right.kind && left.rank === right.rank;
}

function cellOf({ datatype, rank, isBinary }: Column): CellType {
  return { kind: isBinary ? "bytes" : kindOfDatatype[datatype], rank };
}

/** A number of a record is a double, whatever the model makes of it. */
function ownCell(column: Column): CellType {
  const cell = cellOf(column);
  return cell.kind === "float32" ? { ...cell, kind: "float64" } : cell;
}

const kindOfConverted: Partial<Record<NonNullable<SchemaElement["converted_type"]>, CellKind>> = {
  UTF8: "text",
  ENUM: "text",
  JSON: "text",
  DECIMAL: "float64",
  DATE: "date",
  TIMESTAMP_MILLIS: "time",
  TIMESTAMP_MICROS: "time",
  INT_8: "int8",
  INT_16: "int16",
  INT_32: "int32",
  INT_64: "int64",
  UINT_8: "uint8",
  UINT_16: "uint16",
  UINT_32: "uint32",
  UINT_64: "uint64",
};

const kindOfLogical: Partial<Record<string, CellKind>> = {
  TIMESTAMP: "time",
  DATE: "date",
  STRING: "text",
  UUID: "text",
  FLOAT16: "float32",
  DECIMAL: "float64",
};

const kindOfPhysical: Partial<Record<NonNullable<SchemaElement["type"]>, CellKind>> = {
  BOOLEAN: "bool",
  INT32: "int32",
  INT64: "int64",
  INT96: "time",
  FLOAT: "float32",
  DOUBLE: "float64",
  BYTE_ARRAY: "bytes",
  FIXED_LEN_BYTE_ARRAY: "bytes",
};

/** The cells of a column of a Parquet file; structs and maps are JSON. */
export function fileCell({ element, children }: SchemaTree): CellType {
  const { type, converted_type: converted, logical_type: logical } = element;
  if (converted === "LIST" || logical?.type === "LIST") {
    const item = children[0]?.children[0];
    if (item === undefined) return anyCell;
    const { kind, rank } = fileCell(item);
    // A list of structs is one text, not a list of texts.
    return item.children.length > 0 && rank === 0 ? anyCell : { kind, rank: rank + 1 };
  }
  if (type === undefined || children.length > 0) return anyCell;
  const kind =
    (converted === undefined ? undefined : kindOfConverted[converted]) ??
    (logical === undefined ? undefined : kindOfLogical[logical.type]) ??
    (converted === undefined ? kindOfPhysical[type] : undefined);
  return kind === undefined ? anyCell : { kind, rank: 0 };
}
