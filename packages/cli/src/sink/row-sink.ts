import { joinRow, type Clock } from "@nereid/core";
import { addRow, fileOf, type Entry, type RowKind, type Run } from "../checkpoint/entry.ts";
import type { Journal } from "../checkpoint/journal.ts";
import type { EncodeRow } from "./row-encoder.ts";
import type { TextTarget } from "./text-target.ts";

/** Text is gathered to this size, or for this time, before it is written. */
const flushChars = 64 * 1024;
const flushMs = 200;

/** Where rows end. */
export interface RowSink {
  /**
   * Takes a row of the model. A promise means that enough has gathered: wait for it before the next row.
   *
   * @param record - the record whose fields stand in front of the row's, or undefined for none
   */
  addRow(
    row: number,
    kind: RowKind,
    value: object,
    record: object | undefined,
  ): Promise<void> | undefined;
  /**
   * Takes a record that has no row.
   *
   * @param letter - its line in the file of dead letters; "" for a kind that has none
   */
  addFailure(row: number, kind: RowKind, letter: string): Promise<void> | undefined;
  /** Resolves when everything that was added has been written. */
  finish(): Promise<void>;
}

/** What a sink writes to. */
export interface SinkParts {
  readonly output: TextTarget;
  readonly deadLetters: TextTarget | undefined;
  readonly journal: Journal | undefined;
  readonly clock: Clock;
  readonly encode: EncodeRow;
}

/** Makes a sink of lines. Rows are written in the order in which they are added. */
export function createRowSink(parts: SinkParts): RowSink {
  const { output, deadLetters, journal, clock, encode } = parts;
  let lines = { output: "", deadLetters: "" };
  let runs: Run[] = [];
  let cancelTimer: (() => void) | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    const taken = lines;
    const entry: Entry = {
      runs,
      output: [output.bytes, Buffer.byteLength(taken.output)],
      deadLetters: [deadLetters?.bytes ?? 0, Buffer.byteLength(taken.deadLetters)],
    };
    lines = { output: "", deadLetters: "" };
    runs = [];
    if (entry.runs.length === 0) return;
    await journal?.announce(entry);
    await output.write(taken.output);
    await deadLetters?.write(taken.deadLetters);
    await journal?.written(entry);
  };
  const flush = (): Promise<void> => {
    cancelTimer?.();
    cancelTimer = undefined;
    writing = writing.then(write);
    return writing;
  };
  // What goes wrong behind a timer is met by the next flush, which waits for the same promise.
  const flushLater = (): void => void flush().catch(() => undefined);

  const add = (row: number, kind: RowKind, text: string): Promise<void> | undefined => {
    const file = fileOf[kind];
    if (file !== undefined) lines[file] += text;
    addRow(runs, row, kind);
    if (lines.output.length + lines.deadLetters.length >= flushChars) return flush();
    cancelTimer ??= clock.setTimer(flushLater, flushMs);
    return undefined;
  };

  return {
    addRow: (row, kind, value, record) =>
      add(row, kind, encode(record === undefined ? value : joinRow(record, value))),
    addFailure: add,
    finish: flush,
  };
}
