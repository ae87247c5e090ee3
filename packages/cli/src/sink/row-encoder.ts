import { stringify } from "csv-stringify/sync";
import { rowText, valueText, type BinaryNames } from "./json-text.ts";

/** The formats that rows are written in. */
export const outputFormats = ["jsonl", "csv", "tsv"] as const;

/** One of them. */
export type OutputFormat = (typeof outputFormats)[number];

/** Turns a row into text, its end included. */
export type EncodeRow = (row: object) => string;

/** The format of a file by its name: JSON lines for all that have no extension of ours. */
export function outputFormatOf(file: string | undefined): OutputFormat {
  if (file?.toLowerCase().endsWith(".csv") === true) return "csv";
  return file?.toLowerCase().endsWith(".tsv") === true ? "tsv" : "jsonl";
}

/** Makes the encoder of one output. */
export function createRowEncoder(format: OutputFormat, binary: BinaryNames): EncodeRow {
  if (format === "jsonl") return (row) => `${rowText(row, binary)}\n`;
  return csvEncoder(format === "csv" ? "," : "\t", binary);
}

/** The first row tells the columns; later rows have them in the same order. */
function csvEncoder(delimiter: string, binary: BinaryNames): EncodeRow {
  let columns: readonly string[] | undefined;
  return (row) => {
    const isFirst = columns === undefined;
    columns ??= Object.keys(row);
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
