import { open } from "node:fs/promises";
import { addCounts } from "./counts.ts";
import { fileOf, type Entry, type Part, type Run, type Snapshot } from "./entry.ts";
import { createRowSet, type RowSet } from "./row-set.ts";

/** Where an interrupted run stands, after looking at its files. */
export interface Recovered {
  readonly finished: RowSet;
  readonly snapshot: Snapshot;
}

/** The files of a run; absent where there is none. */
export interface RunFiles {
  readonly output: string;
  readonly deadLetters: string | undefined;
}

/**
 * Works out which rows are finished: those of the snapshot, and behind it each row whose whole line
 * stands where its entry says.
 *
 * @throws Error when a file is shorter than the snapshot knows it to have been
 */
export async function recover(
  snapshot: Snapshot,
  entries: readonly Entry[],
  files: RunFiles,
): Promise<Recovered> {
  const finished = createRowSet();
  for (const [first, count] of snapshot.finished) finished.add(first, count);
  await requireBytes(files.output, snapshot.outputBytes);
  await requireBytes(files.deadLetters, snapshot.deadLetterBytes);
  let { counts, outputBytes, deadLetterBytes } = snapshot;
  for (const entry of entries) {
    const output = await wholeLines(files.output, entry.output);
    const deadLetters = await wholeLines(files.deadLetters, entry.deadLetters);
    const runs = finishedRuns(entry.runs, { output: output.lines, deadLetters: deadLetters.lines });
    for (const [first, count] of runs) finished.add(first, count);
    counts = addCounts(counts, runs);
    outputBytes = entry.output[0] + output.bytes;
    deadLetterBytes = entry.deadLetters[0] + deadLetters.bytes;
    // What stands behind a torn entry belongs to no place that is known.
    if (output.bytes < entry.output[1] || deadLetters.bytes < entry.deadLetters[1]) break;
  }
  return { finished, snapshot: { ...snapshot, counts, outputBytes, deadLetterBytes } };
}

/** The rows of an entry whose lines are there, when so many lines of each file are. */
function finishedRuns(
  runs: readonly Run[],
  lines: { readonly output: number; readonly deadLetters: number },
): readonly Run[] {
  const left = { ...lines };
  return runs.flatMap(([first, count, kind]): Run[] => {
    const file = fileOf[kind];
    if (file === undefined) return [[first, count, kind]];
    const there = Math.min(count, left[file]);
    left[file] -= there;
    return there === 0 ? [] : [[first, there, kind]];
  });
}

async function requireBytes(path: string | undefined, bytes: number): Promise<void> {
  const found = path === undefined ? 0 : await sizeOf(path);
  if (found >= bytes) return;
  throw new Error(
    `${path ?? "dead letters"}: expected at least ${bytes} bytes, as the checkpoint has it, found ${found}`,
  );
}

async function sizeOf(path: string): Promise<number> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return 0;
  const { size } = await file.stat();
  await file.close();
  return size;
}

/** Lines of a part of a file that have their end, and the bytes that they take. */
async function wholeLines(
  path: string | undefined,
  [at, bytes]: Part,
): Promise<{ readonly lines: number; readonly bytes: number }> {
  if (path === undefined || bytes === 0) return { lines: 0, bytes: 0 };
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return { lines: 0, bytes: 0 };
  try {
    const part = Buffer.alloc(bytes);
    const { bytesRead } = await file.read(part, 0, bytes, at);
    const there = part.subarray(0, bytesRead);
    let lines = 0;
    for (const byte of there) if (byte === 0x0a) lines += 1;
    return { lines, bytes: there.lastIndexOf(0x0a) + 1 };
  } finally {
    await file.close();
  }
}
