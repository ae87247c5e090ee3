/** Lines that are only in one of two texts: `- ` for the old one, `+ ` for the new. */
export function changedLines(before: string, after: string): readonly string[] {
  const old = before.split(/\r?\n/);
  const now = after.split(/\r?\n/);
  const kept = new Set(old);
  const wanted = new Set(now);
  return [
    ...old.filter((line) => !wanted.has(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !kept.has(line)).map((line) => `+ ${line}`),
  ];
}
