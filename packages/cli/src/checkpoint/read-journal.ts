import { readFile } from "node:fs/promises";
import { noCounts, type Entry, type Snapshot } from "./entry.ts";

/** What stands in a journal. */
export interface ReadJournal {
  readonly task: object;
  readonly snapshot: Snapshot;
  readonly entries: readonly Entry[];
}

/** Where a run stands that has not begun. */
export const nothingDone: Snapshot = {
  finished: [],
  counts: noCounts,
  outputBytes: 0,
  deadLetterBytes: 0,
  complete: false,
};

/**
 * Reads a journal; undefined where there is none. A last line without its end was never written as a
 * whole, so nothing was done of what it announces.
 *
 * @throws Error for a file that is no journal
 */
export async function readJournal(path: string): Promise<ReadJournal | undefined> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const [head, snapshot, ...entries] = text
      .slice(0, text.lastIndexOf("\n"))
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    if (hasTask(head) && isSnapshot(snapshot) && entries.every(isEntry)) {
      return { task: head.task, snapshot, entries };
    }
  } catch {
    // Told below: it is the same to the user.
  }
  throw new Error(`${path}: expected a checkpoint of "nereid predict", found another file`);
}

function hasTask(value: unknown): value is { readonly task: object } {
  return isObject(value) && "task" in value && isObject(value.task);
}

function isSnapshot(value: unknown): value is Snapshot {
  return isObject(value) && "finished" in value && "counts" in value && "outputBytes" in value;
}

function isEntry(value: unknown): value is Entry {
  return isObject(value) && "runs" in value && "output" in value && "deadLetters" in value;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
