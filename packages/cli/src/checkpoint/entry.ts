/**
 * What became of a row: `o` a row of the model, `f` a default value, `d` a dead letter, `n` a failure
 * that stands in no file, `s` a null that was to be skipped.
 */
export type RowKind = "o" | "f" | "d" | "n" | "s";

/** Rows that follow one another in the input and ended alike. */
export type Run = readonly [first: number, count: number, kind: RowKind];

/** A part of a file: where it begins, and how long it is, in bytes. */
export type Part = readonly [at: number, bytes: number];

/** Rows whose lines are about to be written, in the order of their lines. */
export interface Entry {
  readonly runs: readonly Run[];
  readonly output: Part;
  readonly deadLetters: Part;
}

/** How many rows ended in which way. */
export type Counts = Readonly<Record<RowKind, number>>;

/** No rows. */
export const noCounts: Counts = { o: 0, f: 0, d: 0, n: 0, s: 0 };

/** Where a run of the command stands. */
export interface Snapshot {
  readonly finished: readonly (readonly [first: number, count: number])[];
  readonly counts: Counts;
  /** Bytes of the files that belong to the finished rows. */
  readonly outputBytes: number;
  readonly deadLetterBytes: number;
  /** The input had an end, and it was reached. */
  readonly complete: boolean;
}

/** Adds a row behind runs; one that goes on where the last run ends makes it longer. */
export function addRow(runs: Run[], row: number, kind: RowKind): void {
  const last = runs.at(-1);
  if (last !== undefined && last[2] === kind && last[0] + last[1] === row) {
    runs[runs.length - 1] = [last[0], last[1] + 1, kind];
  } else runs.push([row, 1, kind]);
}

/** Does a row of this kind have a line, and in which file? */
export const fileOf: Readonly<Record<RowKind, "output" | "deadLetters" | undefined>> = {
  o: "output",
  f: "output",
  d: "deadLetters",
  n: undefined,
  s: undefined,
};
