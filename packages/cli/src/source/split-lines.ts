const newline = 0x0a;
/** A line that is longer is no line of records. */
const maxLineBytes = 256 * 1024 * 1024;

/**
 * Splits bytes at newlines: the lines that end in a chunk come together. A line that lies in one chunk is a view on it; the last line needs no newline.
 *
 * @param name - of the input, for errors
 * @throws Error for a line of more than 256 MiB
 */
export async function* splitLines(
  name: string,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<readonly Buffer[], void, undefined> {
  let parts: Buffer[] = [];
  let partBytes = 0;
  for await (const chunk of chunks) {
    const lines: Buffer[] = [];
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      const end = chunk.subarray(from, at);
      lines.push(parts.length === 0 ? end : Buffer.concat([...parts, end]));
      parts = [];
      partBytes = 0;
      from = at + 1;
    }
    if (lines.length > 0) yield lines;
    if (from === chunk.length) continue;
    parts.push(chunk.subarray(from));
    partBytes += chunk.length - from;
    if (partBytes > maxLineBytes) {
      throw new Error(`${name}: expected lines of at most 256 MiB, found a longer one`);
    }
  }
  if (parts.length > 0) yield [Buffer.concat(parts)];
}
