import type { Dirent } from "node:fs";
import { opendir } from "node:fs/promises";
import { join } from "node:path";

/**
 * Every file below a folder, in an order of its own. Links are not followed, so that nothing comes twice;
 * a folder that cannot be read is passed over.
 */
export async function* walkFiles(dir: string): AsyncGenerator<string, void, undefined> {
  for await (const entry of readFolder(dir)) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* walkFiles(path);
    else if (entry.isFile()) yield path;
  }
}

async function* readFolder(dir: string): AsyncGenerator<Dirent, void, undefined> {
  try {
    yield* await opendir(dir);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
  }
}

function isUnreadable(error: unknown): boolean {
  const code = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return code === "EACCES" || code === "EPERM" || code === "ENOENT";
}
