import type { Run } from "./run-page.ts";

/** What is wrong with a run: it ended badly, or printed something else than its page shows. */
export function compare({ where, shown, printed, failure }: Run): readonly string[] {
  if (failure !== undefined) return [`${where}: expected it to end well, found ${failure}`];
  if (shown === undefined || shown.code.trimEnd() === printed.trimEnd()) return [];
  return [
    `${where}: expected the output that the page shows; run: pnpm check:docs --write\n` +
      `--- shown\n${shown.code}--- printed\n${printed}`,
  ];
}
