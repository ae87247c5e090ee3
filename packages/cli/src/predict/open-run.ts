import { constants, open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { RunContext } from "../command/context.ts";
import { UsageError } from "../command/usage-error.ts";
import { openJournal, type Journal } from "../checkpoint/journal.ts";
import { nothingDone, readJournal } from "../checkpoint/read-journal.ts";
import { recover, type Recovered } from "../checkpoint/recover.ts";
import { createRowSet } from "../checkpoint/row-set.ts";
import { readInputFacts, taskDifferences, type Task } from "../checkpoint/task.ts";
import { fileTarget, streamTarget, type TextTarget } from "../sink/text-target.ts";

/** The files of a run, open. */
export interface Run extends AsyncDisposable {
  readonly output: TextTarget;
  readonly deadLetters: TextTarget | undefined;
  readonly journal: Journal | undefined;
}

/** What a run reads and writes. */
export interface RunPaths {
  readonly model: string;
  readonly inputs: readonly string[];
  readonly output: string | undefined;
  readonly deadLetters: string | undefined;
  readonly checkpoint: string | undefined;
  readonly join: boolean;
}

/** Where a run begins: at nothing, or where its checkpoint stands. */
export interface RunStart extends Recovered {
  /** Set for a run with a checkpoint. */
  readonly task: Task | undefined;
}

/** Finds out where a run begins, without touching a file. @throws UsageError */
export async function findStart(paths: RunPaths): Promise<RunStart> {
  requireDifferentFiles(paths);
  const nothing: Recovered = { finished: createRowSet(), snapshot: nothingDone };
  if (paths.checkpoint === undefined) return { ...nothing, task: undefined };
  const task = await taskOf(paths);
  const found = await readJournal(paths.checkpoint);
  if (found === undefined) {
    await requireNoFile(paths.output, paths.checkpoint);
    await requireNoFile(paths.deadLetters, paths.checkpoint);
    return { ...nothing, task };
  }
  const differences = taskDifferences(found.task, task);
  if (differences.length > 0) {
    throw new UsageError(
      `--resume ${paths.checkpoint}: expected the command that it belongs to, found another ${differences.join(", ")}`,
    );
  }
  const files = { output: task.output, deadLetters: paths.deadLetters };
  return { ...(await recover(found.snapshot, found.entries, files)), task };
}

/** Opens the files of a run. What stands in them behind its beginning is cut off. */
export async function openRun(
  { output, deadLetters, checkpoint }: RunPaths,
  { finished, snapshot, task }: RunStart,
  context: RunContext,
): Promise<Run> {
  const { outputBytes, deadLetterBytes } = snapshot;
  const rows =
    output === undefined
      ? streamTarget(context.output)
      : await openTarget(output, outputBytes, task !== undefined);
  const letters =
    deadLetters === undefined
      ? undefined
      : await openTarget(deadLetters, deadLetterBytes, task !== undefined);
  const sync = async (): Promise<void> => {
    await Promise.all([rows.sync(), letters?.sync()]);
  };
  const journal =
    checkpoint === undefined || task === undefined
      ? undefined
      : await openJournal(checkpoint, task, { snapshot, finished, sync });
  return {
    output: rows,
    deadLetters: letters,
    journal,
    async [Symbol.asyncDispose]() {
      await Promise.all([rows.close(), letters?.close(), journal?.close()]);
    },
  };
}

/** What is behind the known bytes was not finished; without a checkpoint nothing was. */
async function openTarget(path: string, bytes: number, isResumed: boolean): Promise<TextTarget> {
  const { O_WRONLY, O_CREAT, O_APPEND, O_TRUNC } = constants;
  const file = await open(path, O_WRONLY | O_CREAT | O_APPEND | (isResumed ? 0 : O_TRUNC), 0o666);
  if (isResumed) await file.truncate(bytes);
  return fileTarget(file, bytes);
}

async function taskOf({ model, inputs, output, deadLetters, join }: RunPaths): Promise<Task> {
  return {
    model,
    inputs: await Promise.all(inputs.map(readInputFacts)),
    output: output ?? "",
    deadLetters: deadLetters ?? null,
    join,
  };
}

async function requireNoFile(path: string | undefined, checkpoint: string): Promise<void> {
  if (path === undefined) return;
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.size === 0) return;
  throw new UsageError(
    `${path}: expected no such file at the beginning of a run with --resume ${checkpoint}, found one`,
  );
}

/** Writing into what is being read, or two things into one file, would destroy it. */
function requireDifferentFiles({ inputs, output, deadLetters, checkpoint }: RunPaths): void {
  const written = [output, deadLetters, checkpoint].filter((path) => path !== undefined);
  const known = new Set(inputs.map((path) => resolve(path)));
  for (const path of written) {
    const full = resolve(path);
    if (known.has(full)) {
      throw new UsageError(`${path}: expected a file for one purpose, found it named for two`);
    }
    known.add(full);
  }
}
