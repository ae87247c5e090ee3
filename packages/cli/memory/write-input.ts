import { closeSync, openSync, writeSync } from "node:fs";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";

/** The formats that a run is measured with, as input and as output. */
export const formats = ["jsonl", "csv", "parquet"] as const;

/** One of them. */
export type Format = (typeof formats)[number];

const groupRows = 100_000;

/** What the model of the run is given for a row: small numbers that FP32 has exactly. */
export function valueAt(row: number): number {
  return (row % 100_000) / 4;
}

/** Writes a file of records with an id, a value and a few words, piece by piece. */
export function writeInput(path: string, format: Format, rows: number): void {
  const file = openSync(path, "w");
  try {
    if (format === "parquet") writeParquet(file, rows);
    else writeLines(file, rows, format);
  } finally {
    closeSync(file);
  }
}

function writeLines(file: number, rows: number, format: "jsonl" | "csv"): void {
  if (format === "csv") writeSync(file, "id,IN,note\n");
  for (let from = 0; from < rows; from += groupRows) {
    let text = "";
    for (let row = from; row < Math.min(rows, from + groupRows); row += 1) {
      const [value, note] = [valueAt(row), noteAt(row)];
      text +=
        format === "csv"
          ? `${row},${value},${note}\n`
          : `{"id":${row},"IN":${value},"note":"${note}"}\n`;
    }
    writeSync(file, text);
  }
}

function writeParquet(file: number, rows: number): void {
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({
    writer,
    schema: [
      { name: "root", num_children: 3 },
      { name: "id", type: "INT64", repetition_type: "REQUIRED" },
      { name: "IN", type: "DOUBLE", repetition_type: "REQUIRED" },
      { name: "note", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
    ],
  });
  for (let from = 0; from < rows; from += groupRows) {
    const group = Array.from({ length: Math.min(groupRows, rows - from) }, (_, at) => from + at);
    const columnData = [
      { name: "id", data: group.map(BigInt) },
      { name: "IN", data: group.map(valueAt) },
      { name: "note", data: group.map(noteAt) },
    ];
    void parquet.write({ columnData, rowGroupSize: groupRows });
    flush(file, writer);
  }
  void parquet.finish();
  flush(file, writer);
}

function flush(file: number, writer: ByteWriter): void {
  writeSync(file, writer.getBytes());
  writer.index = 0;
}

function noteAt(row: number): string {
  return `measured in place ${row % 997}`;
}
