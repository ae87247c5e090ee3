import { createHash } from "node:crypto";
import { lstat, open } from "node:fs/promises";
import { dirname, join, posix, win32 } from "node:path";
import { externalLocations } from "./external-data.ts";
import type { CheckedSource } from "./messages.ts";

/**
 * Looks at a model before ONNX Runtime sees it: its size, its digest, and the files that it names.
 *
 * @returns what a session is made of: the very bytes that were looked at, or the path where data beside it
 * is a part of the model
 * @throws TypeError that says what was not as expected
 */
export async function checkedModel(source: CheckedSource): Promise<string | Uint8Array> {
  const { maxBytes, sha256 } = source;
  const bytes = "bytes" in source ? source.bytes : await readAtMost(source.path, maxBytes);
  checkSize(bytes.length, maxBytes);
  if (sha256 !== undefined) checkDigest(bytes, sha256);
  const locations = new Set(externalLocations(bytes));
  if (locations.size === 0) return bytes;
  if ("bytes" in source) {
    throw new TypeError("expected a model that is whole, found one with external data");
  }
  if (sha256 !== undefined) {
    throw new TypeError("expected a digest that covers the model, found external data beside it");
  }
  let total = bytes.length;
  for (const location of locations) {
    total += await sizeOfExternal(dirname(source.path), location);
    checkSize(total, maxBytes);
  }
  return source.path;
}

async function readAtMost(path: string, maxBytes: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    // Before it is read: a file that is too large takes no memory.
    checkSize((await file.stat()).size, maxBytes);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function checkSize(size: number, maxBytes: number): void {
  if (size <= maxBytes) return;
  throw new TypeError(`expected at most ${maxBytes} bytes, found ${size}`);
}

function checkDigest(bytes: Uint8Array, sha256: string): void {
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found === sha256.toLowerCase()) return;
  throw new TypeError(`expected the SHA-256 digest ${sha256.toLowerCase()}, found ${found}`);
}

/** A file of its own in or below the model's folder, reached through no link. */
async function sizeOfExternal(folder: string, location: string): Promise<number> {
  const steps = location.split(/[\\/]/);
  const isElsewhere =
    posix.isAbsolute(location) || win32.isAbsolute(location) || location.includes(":");
  if (isElsewhere || location.includes("\0") || steps.includes("..") || location === "") {
    throw escaped("another place");
  }
  let path = folder;
  let size = 0;
  for (const [index, step] of steps.entries()) {
    path = join(path, step);
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined) throw escaped("no such file");
    const isLast = index === steps.length - 1;
    if (found.isSymbolicLink()) throw escaped("a symbolic link");
    if (isLast && !found.isFile()) throw escaped("no file");
    // What has a second name may be a file from anywhere.
    if (isLast && found.nlink !== 1) throw escaped("a hard link");
    size = found.size;
  }
  return size;
}

/** Without the place itself, which is text of the file. */
function escaped(found: string): TypeError {
  return new TypeError(`expected external data in files of the model's folder, found ${found}`);
}
