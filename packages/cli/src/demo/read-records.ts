import { open } from "node:fs/promises";
import { leastBytes, prepareText, sampleBytes } from "./prepare-text.ts";
import { languageOfName, type Language } from "./languages.ts";

/** A file on its way to the classifier. The model gets `bytes` and nothing else. */
export interface FileRecord {
  readonly path: string;
  /** What the extension promises, to compare the answer with. */
  readonly promised: Language;
  readonly bytes: Int32Array;
}

/** Reads files whose extension promises one of the languages; very short and unreadable ones are passed over. */
export async function* readRecords(
  paths: AsyncIterable<string>,
): AsyncGenerator<FileRecord, void, undefined> {
  for await (const path of paths) {
    const promised = languageOfName(path);
    if (promised === undefined) continue;
    const bytes = await readSample(path);
    if (bytes !== undefined) yield { path, promised, bytes };
  }
}

/** The parts of a file that the classifier looks at; a large file is not read whole. */
async function readSample(path: string): Promise<Int32Array | undefined> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { size } = await file.stat();
    if (size < leastBytes) return undefined;
    if (size <= sampleBytes) return prepareText(await readPart(0, size));
    const half = sampleBytes / 2;
    const head = await readPart(0, half);
    const middle = await readPart((size - half) >>> 1, half);
    return prepareText(Buffer.concat([head, middle]));
  } finally {
    await file.close();
  }

  async function readPart(position: number, length: number): Promise<Buffer> {
    const part = Buffer.alloc(length);
    const { bytesRead } = (await file?.read(part, 0, length, position)) ?? { bytesRead: 0 };
    return part.subarray(0, bytesRead);
  }
}
