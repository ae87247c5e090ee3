import { join } from "node:path";

/** What a child is told. */
export interface Plan {
  readonly url: string;
  /** Where its files are. */
  readonly folder: string;
  /** Which of the two ways through a pipeline. */
  readonly how: "operator" | "duplex";
  /** Records inside at most; for a Duplex also in each of its two buffers. */
  readonly window: number;
  /** Options of its model besides. */
  readonly options?: Readonly<Record<string, number | boolean>>;
}

/** So many rows are written between two positions. */
export const rowsPerCommit = 8;

/** The files of a child. */
export function paths(folder: string): {
  readonly input: string;
  readonly output: string;
  readonly position: string;
} {
  return {
    input: join(folder, "in.jsonl"),
    output: join(folder, "out.jsonl"),
    position: join(folder, "position"),
  };
}
