import { open } from "node:fs/promises";
import { Buffer } from "node:buffer";
import { dirname } from "node:path";
import process from "node:process";
import { ClosedError, type DeadLetter, type DeadLetterSink } from "@nereid/core";
import { findEnd } from "./find-end.ts";
import { encodeLetter } from "./stored-letter.ts";

/**
 * When letters are forced onto the disk.
 *
 * - `always`: before a letter counts as written; letters that come meanwhile share the next one.
 * - `on-close`: a letter counts once the system has it; a crash of the machine may lose it.
 */
export type LetterSync = "always" | "on-close";

/** Options of {@link openDeadLetterFile}. */
export interface DeadLetterFileOptions {
  /** Default: `always`. */
  readonly sync?: LetterSync;
}

/** A dead-letter file that is open for writing. */
export interface DeadLetterFile extends DeadLetterSink<unknown> {
  /** Letters written since it was opened. */
  readonly count: number;
}

interface Waiting {
  readonly line: string;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Opens a file of dead letters, one line of JSON each, and adds to what it holds. A line that a crash
 * left unfinished was never acknowledged, and is cut off.
 *
 * Give `write` to a model as `onDeadLetter`, and close the file after the model. One process at a time.
 *
 * @throws the system's error; TypeError for a file that ends in something else than letters
 */
export async function openDeadLetterFile(
  path: string,
  { sync = "always" }: DeadLetterFileOptions = {},
): Promise<DeadLetterFile> {
  const file = await open(path, "a+");
  try {
    const found = await findEnd(file, path);
    if (found.end < found.size) await file.truncate(found.end);
    if (found.size === 0 && sync === "always") await syncDirectory(dirname(path));
    return createSink(path, file, found.end, sync);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A file that was just made is durable once its directory is. Windows knows no such thing. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === "win32") return;
  await using directory = await open(path);
  await directory.sync();
}

/** The part of a file handle that letters need. */
export interface LetterHandle {
  appendFile(text: string): Promise<void>;
  truncate(bytes: number): Promise<void>;
  datasync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Writes letters through a handle in append mode.
 *
 * @param size - bytes of whole letters that the file holds
 */
export function createSink(
  path: string,
  file: LetterHandle,
  size: number,
  sync: LetterSync,
): DeadLetterFile {
  let durable = size;
  let count = 0;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let closing: Promise<void> | undefined;
  let isTorn = false;

  /** What was written in part is taken back, so that the next letter begins a line. */
  const append = async (lines: string): Promise<void> => {
    if (isTorn) await file.truncate(durable);
    isTorn = true;
    await file.appendFile(lines);
    if (sync === "always") await file.datasync();
    durable += Buffer.byteLength(lines);
    isTorn = false;
  };

  const writeWaiting = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        await append(group.map(({ line }) => line).join(""));
        count += group.length;
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    writing = undefined;
  };

  const write = async (letter: DeadLetter<unknown>): Promise<void> => {
    if (closing !== undefined) {
      throw new ClosedError(`dead-letter file "${path}": expected it open, found it closed`);
    }
    const line = encodeLetter(letter);
    const written = new Promise<void>((resolve, reject) => {
      waiting.push({ line, resolve, reject });
    });
    writing ??= writeWaiting();
    await written;
  };

  const close = async (): Promise<void> => {
    await writing;
    try {
      if (isTorn) await file.truncate(durable);
      await file.datasync();
    } finally {
      await file.close();
    }
  };

  const closeOnce = (): Promise<void> => {
    closing ??= close();
    return closing;
  };

  return {
    get count() {
      return count;
    },
    write,
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  };
}
