import { writeFileSync } from "node:fs";
import { compare } from "./compare.ts";
import { compileErrors, writePrograms } from "./compile-blocks.ts";
import { brokenLinks } from "./links.ts";
import { listPages, root } from "./pages.ts";
import { unproduced } from "./unproduced.ts";
import { runBlocks } from "./run-blocks.ts";
import type { Run } from "./run-page.ts";

/** `--write` puts what was printed into the pages instead of comparing; other words choose pages. */
const isWriting = process.argv.includes("--write");
const chosen = process.argv.slice(2).filter((word) => !word.startsWith("--"));

const pages = listPages().filter(
  ({ path }) => chosen.length === 0 || chosen.some((word) => path.includes(word)),
);
const programs = writePrograms(pages);
const problems: string[] = [...pages.flatMap(brokenLinks), ...pages.flatMap(unproduced)];
problems.push(...compileErrors(programs));
const runs = await runBlocks(pages, programs);
if (isWriting) writeOutputs(runs);
else problems.push(...runs.flatMap(compare));

for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(
  `${pages.length} pages, ${programs.length} programs compiled, ${runs.length} blocks run, ` +
    `${problems.length} problems\n`,
);
process.exitCode = problems.length === 0 ? 0 : 1;

/** From the last block of a page to the first, so that offsets stay true. */
function writeOutputs(done: readonly Run[]): void {
  for (const page of new Set(done.map((run) => run.page))) {
    const text = done
      .filter((run) => run.page === page)
      .toReversed()
      .reduce(
        (before, { shown, printed, failure }) =>
          shown === undefined || failure !== undefined
            ? before
            : `${before.slice(0, shown.start)}${printed.trimEnd()}\n${before.slice(shown.end)}`,
        page.text,
      );
    writeFileSync(`${root}/${page.path}`, text);
  }
}
