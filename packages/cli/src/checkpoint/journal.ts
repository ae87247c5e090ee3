import { open, rename, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { addCounts } from "./counts.ts";
import type { Counts, Entry, Snapshot } from "./entry.ts";
import type { RowSet } from "./row-set.ts";
import type { Task } from "./task.ts";

/*
 * The checkpoint, and what is durable when.
 *
 * A row is finished when its whole line stands in the output or in the dead-letter file; a row that has
 * no line is finished when the checkpoint names it. So the files themselves are the truth, and the
 * checkpoint says which rows their lines belong to:
 *
 *   1. the journal gets an entry: these rows, in this order, are about to fill these bytes of the files;
 *   2. the lines are written to the files.
 *
 * Killed before 1, the rows were never written and are sent again. Killed between 1 and 2, or in the
 * middle of 2, the complete lines within the entry's bytes are counted: their rows are finished, a torn
 * line is cut off and its row is sent again. A torn entry has no lines. There is no moment at which a
 * line stands in a file and its row is unknown, so no finished row is sent again and none stands twice.
 *
 * The system keeps what was written when the process dies, so nothing is forced to disk for that. For a
 * loss of power the files are forced to disk at each snapshot: the journal is then replaced, by renaming,
 * by one line that says where the run stands. That happens when it has grown, when a run ends or is
 * interrupted, and when it is resumed; lines that were lost behind the last snapshot are counted as what
 * they are, not there.
 */

const maxEntryBytes = 4 * 1024 * 1024;

/** What the journal forces to disk before it says that it is there. */
export type SyncFiles = () => Promise<void>;

/** The record of which rows are finished. One call at a time. */
export interface Journal {
  /** Names rows whose lines are about to be written. */
  announce(entry: Entry): Promise<void>;
  /** The lines of the announced rows have been written. */
  written(entry: Entry): Promise<void>;
  /** Replaces everything by where the run stands. */
  snapshot(complete: boolean): Promise<void>;
  readonly counts: Counts;
  close(): Promise<void>;
}

/** Starts a journal from where a run stands. */
export async function openJournal(
  path: string,
  task: Task,
  start: { readonly snapshot: Snapshot; readonly finished: RowSet; readonly sync: SyncFiles },
): Promise<Journal> {
  const { finished, sync } = start;
  let { counts, outputBytes, deadLetterBytes } = start.snapshot;
  let file: FileHandle | undefined;
  let entryBytes = 0;

  const snapshot = async (complete: boolean): Promise<void> => {
    await sync();
    const state: Snapshot = {
      finished: finished.runs(),
      counts,
      outputBytes,
      deadLetterBytes,
      complete,
    };
    await file?.close();
    file = await replaceFile(path, `${JSON.stringify({ task })}\n${JSON.stringify(state)}\n`);
    entryBytes = 0;
  };
  await snapshot(false);

  return {
    get counts() {
      return counts;
    },
    snapshot,
    async announce(entry) {
      const line = Buffer.from(`${JSON.stringify(entry)}\n`);
      await file?.appendFile(line);
      entryBytes += line.byteLength;
    },
    async written({ runs, output, deadLetters }) {
      for (const [first, count] of runs) finished.add(first, count);
      counts = addCounts(counts, runs);
      outputBytes = output[0] + output[1];
      deadLetterBytes = deadLetters[0] + deadLetters[1];
      if (entryBytes > maxEntryBytes) await snapshot(false);
    },
    close: async () => file?.close(),
  };
}

/** The file with new content, open for more; a reader sees the old content or the new one. */
async function replaceFile(path: string, text: string): Promise<FileHandle> {
  const file = await open(`${path}.new`, "w");
  await file.appendFile(text);
  await file.datasync();
  await rename(`${path}.new`, path);
  const folder = await open(dirname(path), "r");
  // Some systems cannot force a folder to disk; renaming is then as safe as they make it.
  await folder.sync().catch(() => undefined);
  await folder.close();
  return file;
}
