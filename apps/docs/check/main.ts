import { writeFileSync } from "node:fs";
import { compileErrors, writePrograms } from "./compile-blocks.ts";
import { brokenLinks } from "./links.ts";
import { listPages, root } from "./pages.ts";
import { runBlocks, type Run } from "./run-blocks.ts";

/** `--write` puts what was printed into the pages instead of comparing. */
const isWriting = process.argv.includes("--write");

const pages = listPages();
const programs = writePrograms(pages);
const problems: string[] = pages.flatMap(brokenLinks);
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

function compare({ where, shown, printed, failure }: Run): readonly string[] {
  if (failure !== undefined) return [`${where}: expected it to end well, found ${failure}`];
  if (shown === undefined || shown.code.trimEnd() === printed.trimEnd()) return [];
  return [
    `${where}: expected the output that the page shows; run: pnpm check:docs --write\n` +
      `--- shown\n${shown.code}--- printed\n${printed}`,
  ];
}

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
