import type { FileHandle } from "node:fs/promises";
import { Buffer } from "node:buffer";
import { decodeLetter, lineStart } from "./stored-letter.ts";

const newline = 10;
const chunkBytes = 64 * 1024;

/** Where the whole letters of a file end, and where the file does. */
export interface FileEnd {
  readonly end: number;
  readonly size: number;
}

/**
 * Looks behind the last line end of a file for a letter that was written in part.
 *
 * @throws TypeError when what is there is not the beginning of a letter: the file is somebody else's
 */
export async function findEnd(file: FileHandle, path: string): Promise<FileEnd> {
  const { size } = await file.stat();
  const end = await lastLineEnd(file, size);
  const torn = Buffer.alloc(Math.min(size - end, lineStart.length));
  await file.read(torn, 0, torn.length, end);
  if (!lineStart.startsWith(torn.toString()) || !(await endsWithLetter(file, end))) {
    throw new TypeError(`"${path}": expected a file of dead letters, found another one`);
  }
  return { end, size };
}

async function lastLineEnd(file: FileHandle, size: number): Promise<number> {
  const chunk = Buffer.alloc(chunkBytes);
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - chunkBytes);
    const { bytesRead } = await file.read(chunk, 0, end - start, start);
    const at = chunk.subarray(0, bytesRead).lastIndexOf(newline);
    if (at !== -1) return start + at + 1;
    end = start;
  }
  return 0;
}

/** Is the last whole line a letter? Only then may anything behind it be cut off. */
async function endsWithLetter(file: FileHandle, end: number): Promise<boolean> {
  if (end === 0) return true;
  const start = await lastLineEnd(file, end - 1);
  const line = Buffer.alloc(end - 1 - start);
  await file.read(line, 0, line.length, start);
  try {
    decodeLetter(line.toString());
    return true;
  } catch {
    return false;
  }
}
