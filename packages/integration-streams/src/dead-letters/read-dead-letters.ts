import { Buffer } from "node:buffer";
import { open } from "node:fs/promises";
import { decodeLetter, type StoredLetter } from "./stored-letter.ts";

const newline = 10;

/**
 * Reads a file of dead letters, as far as it went when it was opened: what fails again may be written
 * to the same file. A last line that a crash left unfinished is passed over.
 *
 * @throws the system's error; TypeError with the line's number for a line that is no letter
 */
export async function* readDeadLetters(
  path: string,
): AsyncGenerator<StoredLetter, void, undefined> {
  await using file = await open(path);
  const { size } = await file.stat();
  if (size === 0) return;
  let lineNumber = 0;
  for await (const line of wholeLines(file.createReadStream({ end: size - 1, autoClose: false }))) {
    lineNumber += 1;
    yield decodeLine(path, lineNumber, line);
  }
}

/**
 * The records of a file of dead letters, in the order in which they failed: a source for `predictAll`
 * and every other operator. Their type is the caller's word; a model checks each record anyway.
 *
 * @param wanted - chooses letters, for example those that are `retryable`. Default: all
 * @throws as {@link readDeadLetters} does; TypeError for a letter whose record is not an object
 */
export async function* redrive<R extends object = object>(
  path: string,
  wanted: (letter: StoredLetter) => boolean = () => true,
): AsyncGenerator<R, void, undefined> {
  for await (const letter of readDeadLetters(path)) {
    if (!wanted(letter)) continue;
    const { record } = letter;
    if (typeof record !== "object" || record === null) {
      throw new TypeError(`"${path}": expected records that are objects, found ${typeof record}`);
    }
    // What was written as a record of the caller's comes back equal to it.
    yield record as R;
  }
}

/** Lines that have an end; a line may be as long as its record. */
async function* wholeLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let pieces: Buffer[] = [];
  for await (const chunk of chunks) {
    let start = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, start)) {
      pieces.push(chunk.subarray(start, at));
      yield Buffer.concat(pieces).toString();
      pieces = [];
      start = at + 1;
    }
    pieces.push(chunk.subarray(start));
  }
}

function decodeLine(path: string, lineNumber: number, line: string): StoredLetter {
  try {
    return decodeLetter(line);
  } catch {
    // Without the cause: a parser's message quotes the record.
    throw new TypeError(`"${path}", line ${lineNumber}: expected a dead letter, found none`);
  }
}
