import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import {
  asyncBufferFromFile,
  parquetMetadataAsync,
  parquetScan,
  parquetSchema,
  type Compressors,
  type DecodedArray,
} from "hyparquet";
import { fileCell } from "../parquet/column-types.ts";
import type { Column, Columns } from "../record/columns.ts";
import { readJsonValue } from "../record/read-json-value.ts";
import { numberRecord, type SourceRecord } from "../record/source-record.ts";
import type { ReadContext, RecordSource } from "./record-source.ts";

/** hyparquet brings Snappy; Node brings the others. */
const compressors: Compressors = {
  GZIP: (bytes) => gunzipSync(bytes),
  BROTLI: (bytes) => brotliDecompressSync(bytes),
  ZSTD: (bytes) => zstdDecompressSync(bytes),
};

const groupRows = 256;

/** Records of a Parquet file, one row group in memory at a time. @throws for a file that is none */
export async function openParquetRows(path: string): Promise<RecordSource> {
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file).catch((error: unknown) => {
    throw new Error(`${path}: expected a Parquet file, found another`, { cause: error });
  });
  const { children } = parquetSchema(metadata);
  const all = children.map(({ element }) => element.name);
  const totalRows = Number(metadata.num_rows);
  let done = 0;
  return {
    name: path,
    totalBytes: file.byteLength,
    cells: new Map(children.map((column) => [column.element.name, fileCell(column)])),
    get fraction() {
      return totalRows === 0 ? 1 : done / totalRows;
    },
    async *read(firstRow, { columns, finished, allColumns }) {
      const names = all.filter((name) => allColumns || columns.has(name));
      const scan = await parquetScan({ file, metadata, columns: names, compressors, utf8: false });
      for (const range of scan.ranges) {
        done = range.rowStart;
        if (firstRow + range.rowEnd <= finished.low) continue;
        const read = await Promise.all(
          names.map((column) => scan.readColumn({ column, ...range })),
        );
        const rows = range.rowEnd - range.rowStart;
        for (let from = 0; from < rows; from += groupRows) {
          const to = Math.min(rows, from + groupRows);
          const first = firstRow + range.rowStart;
          yield readGroup({ names, read, columns, first, from, to, finished });
          done = range.rowStart + to;
        }
      }
      return totalRows;
    },
  };
}

interface Group {
  readonly names: readonly string[];
  readonly read: readonly DecodedArray[];
  readonly columns: Columns;
  /** The number of the row at index 0. */
  readonly first: number;
  readonly from: number;
  readonly to: number;
  readonly finished: ReadContext["finished"];
}

function* readGroup(group: Group): Generator<SourceRecord, void, undefined> {
  const { names, read, columns, first, from, to, finished } = group;
  for (let index = from; index < to; index += 1) {
    if (finished.has(first + index)) continue;
    yield numberRecord(rowAt(names, read, index, columns), first + index);
  }
}

function rowAt(
  names: readonly string[],
  read: readonly DecodedArray[],
  index: number,
  columns: Columns,
): Record<string, unknown> {
  const fields: Record<string, unknown> = Object.create(null);
  names.forEach((name, position) => {
    const value: unknown = read[position]?.[index];
    const column = columns.get(name);
    fields[name] = column === undefined ? asText(value) : readValue(value, column);
  });
  return fields;
}

/** Parquet has wide integers where a model may want narrow ones. */
function readValue(value: unknown, column: Column): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => readValue(item, column));
  if (value instanceof Uint8Array) return column.isBinary ? value : asText(value);
  if (typeof value !== "bigint") return readJsonValue(value, column);
  const isWide = column.datatype === "INT64" || column.datatype === "UINT64";
  return isWide || !Number.isSafeInteger(Number(value)) ? value : Number(value);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Not every writer marks its texts as such; bytes that are no text stay bytes. */
function asText(value: unknown): unknown {
  if (!(value instanceof Uint8Array)) return value;
  try {
    return utf8.decode(value);
  } catch {
    return value;
  }
}
