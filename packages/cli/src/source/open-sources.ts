import { stat } from "node:fs/promises";
import { extname } from "node:path";
import type { Readable } from "node:stream";
import { UsageError } from "../command/usage-error.ts";
import { openBytes, streamBytes, type ByteSource } from "./byte-source.ts";
import { createJsonLines } from "./json-lines.ts";
import type { RecordSource } from "./record-source.ts";

/** The formats that records are read from. */
export const inputFormats = ["jsonl", "csv", "tsv", "parquet", "dead-letters"] as const;

/** One of them. */
export type InputFormat = (typeof inputFormats)[number];

const extensions: Readonly<Record<string, InputFormat>> = {
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".json": "jsonl",
  ".csv": "csv",
  ".tsv": "tsv",
  ".parquet": "parquet",
};

/** The name that stands for standard input. */
export const standardInput = "-";

/** Opens inputs in their order. @throws UsageError; what opening a file throws */
export async function openSources(
  files: readonly string[],
  format: InputFormat | undefined,
  input: Readable,
): Promise<readonly RecordSource[]> {
  const names = files.length === 0 ? [standardInput] : files;
  if (names.filter((name) => name === standardInput).length > 1) {
    throw new UsageError("FILE: expected standard input once, found it twice");
  }
  await Promise.all(names.map(requireFile));
  return Promise.all(names.map((name) => openSource(name, format ?? formatOf(name), input)));
}

/** By the extension of the name; JSON lines for everything that has none of ours. */
function formatOf(name: string): InputFormat {
  return extensions[extname(name).toLowerCase()] ?? "jsonl";
}

/** A name that is no file is a mistake in the command, and costs no request. */
async function requireFile(name: string): Promise<void> {
  if (name === standardInput) return;
  const found = await stat(name).catch(() => undefined);
  if (found === undefined) throw new UsageError(`${name}: expected a file, found none`);
  if (found.isDirectory()) throw new UsageError(`${name}: expected a file, found a folder`);
}

async function openSource(
  name: string,
  format: InputFormat,
  input: Readable,
): Promise<RecordSource> {
  if (format === "parquet") {
    if (name !== standardInput) {
      const { openParquetRows } = await import("./parquet-rows.ts");
      return openParquetRows(name);
    }
    throw new UsageError("FILE: expected a Parquet file to be named, found standard input");
  }
  const bytes =
    name === standardInput ? streamBytes("standard input", input) : await openBytes(name);
  switch (format) {
    case "csv":
      return openCsv(bytes, ",");
    case "tsv":
      return openCsv(bytes, "\t");
    case "jsonl":
      return createJsonLines(bytes, "record");
    case "dead-letters":
      return createJsonLines(bytes, "dead-letter");
    default:
      return format satisfies never;
  }
}

async function openCsv(bytes: ByteSource, delimiter: string): Promise<RecordSource> {
  const { createCsvRows } = await import("./csv-rows.ts");
  return createCsvRows(bytes, delimiter);
}
