import { extname } from "node:path";
import { stringify } from "csv-stringify/sync";
import { rowText, valueText, type BinaryNames } from "./json-text.ts";

/** The formats that rows are written in. */
export const outputFormats = ["jsonl", "csv", "tsv", "parquet"] as const;

/** One of them. */
export type OutputFormat = (typeof outputFormats)[number];

/** Turns a row into text, its end included. */
export type EncodeRow = (row: object) => string;

/** Those of them that are lines of text. */
export type TextFormat = Exclude<OutputFormat, "parquet">;

/** The format of a file by its name: JSON lines for all that have no extension of ours. */
export function outputFormatOf(file: string | undefined): OutputFormat {
  const extension = file === undefined ? "" : extname(file).toLowerCase();
  return outputFormats.find((format) => extension === `.${format}`) ?? "jsonl";
}

/** Makes the encoder of one output. */
export function createRowEncoder(format: TextFormat, binary: BinaryNames): EncodeRow {
  if (format === "jsonl") return (row) => `${rowText(row, binary)}\n`;
  return csvEncoder(format === "csv" ? "," : "\t", binary);
}

/**
 * The first row tells the columns; later rows have them in the same order.
 *
 * The encoder throws for a row with a field that has no column: leaving it out would lose it silently.
 */
function csvEncoder(delimiter: string, binary: BinaryNames): EncodeRow {
  let columns: readonly string[] | undefined;
  return (row) => {
    const isFirst = columns === undefined;
    const names = Object.keys(row);
    columns ??= names;
    const known = columns;
    const stranger = names.find((name, index) => known[index] !== name && !known.includes(name));
    if (stranger !== undefined) {
      throw new Error(`CSV: expected the columns of the first row, found also "${stranger}"`);
    }
    const cells = columns.map((name) => cellText(Reflect.get(row, name), binary.has(name)));
    return stringify(isFirst ? [columns, cells] : [cells], { delimiter });
  };
}

function cellText(value: unknown, isBinary: boolean): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  const text = valueText(value, isBinary) ?? "";
  // Words and base64 need no quotes of JSON inside those of CSV.
  return text.startsWith('"') ? text.slice(1, -1) : text;
}
