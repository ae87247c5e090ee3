import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { Readable } from "node:stream";

/** Bytes of an input, with a count of what was read. */
export interface ByteSource {
  readonly name: string;
  readonly totalBytes: number | undefined;
  readonly readBytes: number;
  chunks(): AsyncGenerator<Buffer, void, undefined>;
}

/** A file as bytes. @throws when there is no such file */
export async function openBytes(path: string): Promise<ByteSource> {
  const { size } = await stat(path);
  return countBytes(path, size, () => createReadStream(path));
}

/** A stream as bytes, such as standard input. */
export function streamBytes(name: string, stream: Readable): ByteSource {
  return countBytes(name, undefined, () => stream);
}

function countBytes(
  name: string,
  totalBytes: number | undefined,
  open: () => Readable,
): ByteSource {
  let readBytes = 0;
  return {
    name,
    totalBytes,
    get readBytes() {
      return readBytes;
    },
    async *chunks() {
      for await (const chunk of open()) {
        const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
        readBytes += bytes.byteLength;
        yield bytes;
      }
    },
  };
}

/** The part that was read, from 0 to 1. */
export function fractionOf({ readBytes, totalBytes }: ByteSource): number | undefined {
  if (totalBytes === undefined) return undefined;
  return totalBytes === 0 ? 1 : Math.min(1, readBytes / totalBytes);
}
