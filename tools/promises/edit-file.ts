import { readFileSync, writeFileSync } from "node:fs";
import type { Edit } from "./proof.ts";

/** Text with its edits made. @throws Error for a text that does not stand in it exactly once */
export function withEdits(text: string, edits: readonly Edit[]): string {
  return edits.reduce((edited, { find, replace }) => {
    const count = edited.split(find).length - 1;
    if (count !== 1) throw new Error(`expected it once, found it ${count} times: ${find}`);
    return edited.replace(find, () => replace);
  }, text);
}

/** Edits a file while something runs, and puts it back whatever happens. */
export async function whileEdited<T>(
  path: string,
  edits: readonly Edit[],
  run: () => Promise<T>,
): Promise<T> {
  const before = readFileSync(path, "utf8");
  const restore = (): void => writeFileSync(path, before);
  process.once("exit", restore);
  writeFileSync(path, withEdits(before, edits));
  try {
    return await run();
  } finally {
    restore();
    process.off("exit", restore);
  }
}
