import { joinRow } from "@nereid/core";
import type { SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { TextTarget } from "../sink/text-target.ts";
import { anyCell, cellBytes, cellKinds, readCell, type CellType } from "./cell-type.ts";

/** A row group ends with so many rows, or when about so many bytes wait in memory. */
const groupRows = 65_536;
const groupBytes = 16 * 1024 * 1024;

/** The rows of a Parquet file, written row group by row group. */
export interface ParquetOutput {
  /**
   * Takes a row. A promise means that a row group is being written: wait for it before the next row.
   *
   * @param record - with --join, the record whose fields stand in front
   * @throws Error for a column that the row groups before do not have
   */
  add(row: object, record: object | undefined): Promise<void> | undefined;
  /** Writes what is left and the end of the file, without which nobody can read it. */
  finish(): Promise<void>;
}

/** What the columns are. */
export interface ParquetOutputParts {
  readonly target: TextTarget;
  readonly outputs: ReadonlyMap<string, CellType>;
  readonly recordCell: (name: string) => CellType;
}

interface OpenColumn {
  readonly name: string;
  readonly type: CellType;
  cells: unknown[];
}

/** Starts a Parquet file. Its columns are those of the rows of the first row group. */
export function createParquetOutput(parts: ParquetOutputParts): ParquetOutput {
  const { target, outputs, recordCell } = parts;
  const bytes = new ByteWriter();
  const columns = new Map<string, OpenColumn>();
  let writer: ParquetWriter | undefined;
  let rows = 0;
  let waitingBytes = 0;

  const openColumn = (name: string, type: CellType): OpenColumn => {
    if (writer !== undefined) {
      throw new Error(
        `Parquet: expected the columns that the first ${writer.num_rows} rows have, found also "${name}"`,
      );
    }
    const column: OpenColumn = { name, type, cells: [] };
    columns.set(name, column);
    return column;
  };
  const readFor = ({ name, type }: OpenColumn, value: unknown, isOwn: boolean): unknown => {
    const cell = readCell(value, type);
    // A row with a default value may stand beside a field that no model could take.
    if (cell !== undefined || isOwn) return cell ?? null;
    const expected = `${"lists of ".repeat(type.rank)}${type.kind}`;
    throw new Error(`Parquet: expected ${expected} in column "${name}", found another value`);
  };
  const drain = async (): Promise<void> => {
    const taken = bytes.getBytes().slice();
    bytes.index = 0;
    await target.write(taken);
  };
  const writeGroup = (): Promise<void> => {
    if (columns.size === 0) for (const [name, type] of outputs) openColumn(name, type);
    const all = [...columns.values()];
    writer ??= new ParquetWriter({ writer: bytes, schema: schemaOf(all), createdBy: "nereid" });
    const columnData = all.map((column) => {
      padTo(column, rows);
      const data = column.cells;
      column.cells = [];
      return { name: column.name, data };
    });
    if (rows > 0) void writer.write({ columnData, rowGroupSize: rows });
    rows = 0;
    waitingBytes = 0;
    return drain();
  };

  return {
    add(row, record) {
      const ownFields = record === undefined ? 0 : Object.keys(record).length;
      const outputNames = Object.keys(row);
      const joined = record === undefined ? row : joinRow(record, row);
      // Read as a whole before it is added: a row that is refused leaves nothing behind.
      const cells = Object.entries(joined).map(([name, value], position) => {
        const isOwn = position < ownFields;
        // The name of an output in the joined row may have a number behind it.
        const outputName = outputNames[position - ownFields] ?? "";
        const type = isOwn ? recordCell(name) : (outputs.get(outputName) ?? anyCell);
        const column = columns.get(name) ?? openColumn(name, type);
        return { column, cell: readFor(column, value, isOwn) };
      });
      for (const { column, cell } of cells) {
        padTo(column, rows);
        column.cells.push(cell);
        waitingBytes += cellBytes(cell);
      }
      rows += 1;
      return rows >= groupRows || waitingBytes >= groupBytes ? writeGroup() : undefined;
    },
    async finish() {
      await writeGroup();
      void writer?.finish();
      await drain();
    },
  };
}

/** Rows that have no such field are null in it. */
function padTo({ cells }: OpenColumn, rows: number): void {
  while (cells.length < rows) cells.push(null);
}

function schemaOf(columns: readonly OpenColumn[]): SchemaElement[] {
  const elements = columns.flatMap(({ name, type }) => elementsOf(name, type));
  return [{ name: "root", num_children: columns.length }, ...elements];
}

/** Lists as the format wants them: three levels, each of which may be null but the middle one. */
function elementsOf(name: string, { kind, rank }: CellType): SchemaElement[] {
  const repetition_type = "OPTIONAL";
  if (rank === 0) return [{ name, repetition_type, ...cellKinds[kind].element }];
  return [
    { name, repetition_type, converted_type: "LIST", num_children: 1 },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    ...elementsOf("element", { kind, rank: rank - 1 }),
  ];
}
