import { pipeline, Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import type { Columns } from "../record/columns.ts";
import { readCell } from "../record/read-cell.ts";
import { brokenRecord, numberRecord, type SourceRecord } from "../record/source-record.ts";
import { fractionOf, type ByteSource } from "./byte-source.ts";
import type { RecordSource } from "./record-source.ts";

/** Records of CSV text whose first line names the columns. */
export function createCsvRows(bytes: ByteSource, delimiter: string): RecordSource {
  return {
    name: bytes.name,
    totalBytes: bytes.totalBytes,
    get fraction() {
      return fractionOf(bytes);
    },
    async *read(firstRow, { columns, finished }) {
      let row = firstRow;
      let names: readonly string[] | undefined;
      for await (const rows of parseCells(bytes, delimiter)) {
        const group: SourceRecord[] = [];
        for (const cells of rows) {
          if (names === undefined) {
            names = checkNames(bytes.name, cells);
            continue;
          }
          if (!finished.has(row)) {
            const place = `${bytes.name}, row ${row - firstRow + 1}`;
            group.push(readCells(cells, names, { columns, row, place }));
          }
          row += 1;
        }
        if (group.length > 0) yield group;
      }
      return row - firstRow;
    },
  };
}

const groupRows = 256;
/** A row that is longer is no row of records; lines of JSON have the same bound. */
const maxRowBytes = 256 * 1024 * 1024;

async function* parseCells(
  bytes: ByteSource,
  delimiter: string,
): AsyncGenerator<readonly (readonly string[])[], void, undefined> {
  const parser = parse({
    bom: true,
    delimiter,
    relax_column_count: true,
    // A quote inside a cell that has none around it, as for inches, is a character like another.
    relax_quotes: true,
    skip_empty_lines: true,
    // A quote that nobody closes would take the rest of the file into memory.
    max_record_size: maxRowBytes,
  });
  // The callback keeps an error of the bytes from being thrown twice: the parser is destroyed with it.
  pipeline(Readable.from(bytes.chunks()), parser, () => undefined);
  try {
    let rows: (readonly string[])[] = [];
    for await (const cells of parser) {
      rows.push(cells);
      // What is there at once comes together; what somebody still has to write is not waited for.
      if (rows.length < groupRows && parser.readableLength > 0) continue;
      yield rows;
      rows = [];
    }
    if (rows.length > 0) yield rows;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new Error(`${bytes.name}: expected CSV, found an error in it: ${error.message}`, {
      cause: error,
    });
  }
}

function checkNames(file: string, names: readonly string[]): readonly string[] {
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice === undefined) return names;
  throw new Error(`${file}: expected each column once, found "${twice}" twice`);
}

interface RowContext {
  readonly columns: Columns;
  readonly row: number;
  readonly place: string;
}

function readCells(
  cells: readonly string[],
  names: readonly string[],
  { columns, row, place }: RowContext,
): SourceRecord {
  if (cells.length !== names.length) {
    const problem = `${place}: expected ${names.length} cells, found ${cells.length}`;
    return brokenRecord({ row, problem, text: JSON.stringify(cells) }, columns.keys());
  }
  const fields: Record<string, unknown> = Object.create(null);
  names.forEach((name, index) => {
    const cell = cells[index] ?? "";
    const column = columns.get(name);
    fields[name] = column === undefined ? cell : readCell(cell, column);
  });
  return numberRecord(fields, row);
}
