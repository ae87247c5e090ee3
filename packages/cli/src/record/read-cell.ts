import { parseJson } from "@nereid/core/transport-kit";
import type { Column } from "./columns.ts";
import { readJsonValue } from "./read-json-value.ts";

/**
 * The value of a cell of text for a column: lists are JSON, numbers are digits, booleans are words. What
 * cannot be read stays text, which the field then refuses with its own words.
 *
 * @returns null for an empty cell of anything but text
 */
export function readCell(cell: string, column: Column): unknown {
  const { datatype, rank, isBinary } = column;
  if (datatype === "BYTES" && rank === 0) return isBinary ? readJsonValue(cell, column) : cell;
  const text = cell.trim();
  if (text === "") return null;
  if (rank > 0) return readList(text, column);
  if (datatype === "BOOL") return readBoolean(text);
  if (datatype === "INT64" || datatype === "UINT64") return readJsonValue(text, column);
  const number = Number(text);
  return Number.isNaN(number) || /^[+-]?0[xob]/i.test(text) ? readJsonValue(text, column) : number;
}

function readList(text: string, column: Column): unknown {
  try {
    return readJsonValue(parseJson(Buffer.from(text)), column);
  } catch {
    return text;
  }
}

function readBoolean(text: string): unknown {
  const word = text.toLowerCase();
  if (word === "true" || word === "1") return true;
  return word === "false" || word === "0" ? false : text;
}
