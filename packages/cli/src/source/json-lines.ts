import { isJsonObject, member, parseJson, type JsonObject } from "@nereid/core/transport-kit";
import type { Columns } from "../record/columns.ts";
import { readJsonValue } from "../record/read-json-value.ts";
import { brokenRecord, numberRecord, type SourceRecord } from "../record/source-record.ts";
import { fractionOf, type ByteSource } from "./byte-source.ts";
import type { RecordSource } from "./record-source.ts";
import { splitLines } from "./split-lines.ts";

/** Where in a line the record is. */
export type LineForm = "record" | "dead-letter";

/** Records of JSON lines. Blank lines are no rows. */
export function createJsonLines(bytes: ByteSource, form: LineForm): RecordSource {
  return {
    name: bytes.name,
    totalBytes: bytes.totalBytes,
    get fraction() {
      return fractionOf(bytes);
    },
    async *read(firstRow, { columns, finished }) {
      let row = firstRow;
      let line = 0;
      // One by one, so that no more records are alive than are under way.
      function* readLines(texts: readonly Buffer[]): Generator<SourceRecord, void, undefined> {
        for (const text of texts) {
          line += 1;
          if (isBlank(text)) continue;
          row += 1;
          if (finished.has(row - 1)) continue;
          yield readLine(text, { form, columns, row: row - 1, place: `${bytes.name}:${line}` });
        }
      }
      for await (const texts of splitLines(bytes.name, bytes.chunks())) yield readLines(texts);
      return row - firstRow;
    },
  };
}

function isBlank(text: Buffer): boolean {
  for (const byte of text) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  return true;
}

interface LineContext {
  readonly form: LineForm;
  readonly columns: Columns;
  readonly row: number;
  readonly place: string;
}

function readLine(text: Buffer, { form, columns, row, place }: LineContext): SourceRecord {
  const record = readObject(text, form);
  if (record === undefined) {
    const expected = form === "record" ? "a JSON object" : 'a JSON object with a "record"';
    const problem = `${place}: expected ${expected}, found another text`;
    return brokenRecord({ row, problem, text: text.toString() }, columns.keys());
  }
  const fields: Record<string, unknown> = { ...record };
  for (const [name, column] of columns) {
    const value = fields[name];
    if (typeof value === "string" || Array.isArray(value)) {
      fields[name] = readJsonValue(value, column);
    }
  }
  return numberRecord(fields, row);
}

function readObject(text: Buffer, form: LineForm): JsonObject | undefined {
  try {
    const value = parseJson(text);
    const record = form === "dead-letter" && isJsonObject(value) ? member(value, "record") : value;
    return record !== undefined && isJsonObject(record) ? record : undefined;
  } catch {
    return undefined;
  }
}
