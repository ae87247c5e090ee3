import { existsSync, readFileSync } from "node:fs";
import { findFences, flagOf } from "./fences.ts";
import { root, type Page } from "./pages.ts";

/** Commands, of which only some can run, settings of other programs, and drawings of characters. */
const neverRun: ReadonlySet<string> = new Set(["sh", "yaml", ""]);

/**
 * Blocks of a page whose text comes from nowhere: that are no program, no command and no file, and stand
 * behind nothing that is run. A block that says `from=PATH` has the text of a file of the repository.
 */
export function unproduced(page: Page): readonly string[] {
  // That page is written by a program, and compared with it by a test; the READMEs of packages are run
  // where they are installed.
  if (page.path.endsWith("troubleshooting.md") || page.path.startsWith("packages/")) return [];
  const fences = findFences(page.text);
  return fences.flatMap((fence, index) => {
    const where = `${page.path}:${fence.line}`;
    const from = flagOf(fence, "from");
    if (from !== undefined) {
      const text = existsSync(`${root}/${from}`) ? readFileSync(`${root}/${from}`, "utf8") : "";
      return text.includes(fence.code) ? [] : [`${where}: expected a part of ${from}`];
    }
    if (fence.flags.includes("output")) {
      const isBehindRun = fences[index - 1]?.flags.includes("run") ?? false;
      return isBehindRun ? [] : [`${where}: expected a block that is run in front of this output`];
    }
    if (
      neverRun.has(fence.language) ||
      fence.language === "ts" ||
      flagOf(fence, "file") !== undefined
    )
      return [];
    return [`${where}: expected a block that is run, compiled or a file, found ${fence.language}`];
  });
}
