import { createReadStream, createWriteStream } from "node:fs";
import { open, readFile, rename, truncate, writeFile } from "node:fs/promises";
import { createModel, float32, type Transport } from "@nereid/core";
import { parse } from "csv-parse";

/** Files of a back-fill. */
export interface Files {
  /** CSV with the columns `id` and `value`. */
  readonly input: string;
  /** CSV with the columns `id` and `score`. */
  readonly output: string;
}

/** How far a run has come: rows that are safely in the output, and its size with them. */
interface Bookmark {
  readonly rows: number;
  readonly bytes: number;
}

const everyRows = 100;

/**
 * Sends a CSV file through a model and writes a row for each line. A run that was killed goes on behind
 * its last bookmark: the output is cut back to it, so that no row is written twice.
 *
 * @param signal - ends the run, as a kill would
 */
export async function backfill(
  transport: Transport,
  { input, output }: Files,
  signal?: AbortSignal,
): Promise<number> {
  await using model = await createModel({
    transport,
    model: "poison",
    inputs: { IN: float32() },
    outputs: { OUT: float32() },
    batchSize: 32,
  });
  const done = await readBookmark(output);
  if (done.bytes > 0) await truncate(output, done.bytes);
  const sink = createWriteStream(output, { flags: done.bytes > 0 ? "a" : "w" });
  let { rows, bytes } = done;
  const write = async (text: string): Promise<void> => {
    bytes += Buffer.byteLength(text);
    if (!sink.write(text))
      await new Promise<void>((resolve) => sink.once("drain", () => resolve()));
  };
  try {
    if (bytes === 0) await write("id,score\n");
    const records = readRecords(input, done.rows);
    const options = { join: true, ...(signal === undefined ? {} : { signal }) } as const;
    for await (const { id, OUT } of model.predictAll(records, options)) {
      await write(`${id},${OUT}\n`);
      rows += 1;
      if (rows % everyRows === 0) await saveBookmark(output, { rows, bytes });
    }
  } finally {
    await new Promise<void>((resolve) => sink.end(() => resolve()));
  }
  await saveBookmark(output, { rows, bytes });
  return rows - done.rows;
}

async function* readRecords(
  path: string,
  skip: number,
): AsyncGenerator<{ readonly id: string; readonly IN: number }> {
  const lines = createReadStream(path).pipe(parse({ columns: true }));
  let seen = 0;
  for await (const line of lines) {
    seen += 1;
    if (seen > skip) yield { id: String(line.id), IN: Number(line.value) };
  }
}

const bookmarkOf = (output: string): string => `${output}.bookmark`;

async function readBookmark(output: string): Promise<Bookmark> {
  try {
    return JSON.parse(await readFile(bookmarkOf(output), "utf8")) as Bookmark;
  } catch {
    return { rows: 0, bytes: 0 };
  }
}

/** The rows are on the disk before the bookmark says so, and the bookmark is replaced as a whole. */
async function saveBookmark(output: string, bookmark: Bookmark): Promise<void> {
  await using file = await open(output, "r+");
  await file.datasync();
  await writeFile(`${bookmarkOf(output)}.new`, JSON.stringify(bookmark));
  await rename(`${bookmarkOf(output)}.new`, bookmarkOf(output));
}
