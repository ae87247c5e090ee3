import { EncodeError } from "@nereid/core";

/** Where a record carries its number; joins and JSON do not see it. */
export const rowNumber: unique symbol = Symbol("row number");

/** A record on its way to a model, with its number among all rows of the input, from 0 on. */
export interface SourceRecord {
  readonly [rowNumber]: number;
  readonly [field: string]: unknown;
}

/** Puts the number on a record. */
export function numberRecord(fields: Readonly<Record<string, unknown>>, row: number): SourceRecord {
  return Object.assign(fields, { [rowNumber]: row });
}

/** Where a row that could not be read carries its text. */
export const rawText: unique symbol = Symbol("raw text");

/** What a broken row is reported with. */
export interface BrokenRow {
  readonly row: number;
  /** What was expected and found, with the place. */
  readonly problem: string;
  /** The row as it stands in the input. */
  readonly text: string;
}

/**
 * A row that could not be read, as a record that fails in its turn: the order stays as it is, and it is
 * reported as any other record that does not fit.
 */
export function brokenRecord(
  { row, problem, text }: BrokenRow,
  inputs: Iterable<string>,
): SourceRecord {
  const fail = (): never => {
    throw new EncodeError(problem);
  };
  const record: SourceRecord = { [rowNumber]: row };
  Object.defineProperty(record, rawText, { value: text });
  for (const name of inputs) Object.defineProperty(record, name, { get: fail });
  return record;
}
