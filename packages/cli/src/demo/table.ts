import type { Tally } from "./tally.ts";

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The result of a run as lines of text. */
export function renderTable(tally: Tally, seconds: number): string {
  const rows = [...tally.byLanguage]
    .filter(([, { files }]) => files > 0)
    .sort(([, left], [, right]) => right.files - left.files)
    .map(([language, { files, confidence, right }]) => [
      language,
      String(files),
      percent(confidence / files),
      percent(right / files),
    ]);
  const head = ["language", "files", "mean confidence", "as the extension says"];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ");
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [line(head), rule, ...rows.map(line), rule, summary(tally, seconds), ""].join("\n");
}

function summary({ files, right, failed }: Tally, seconds: number): string {
  if (files === 0) return "no file with an extension that promises a language";
  const rate = Math.round(files / seconds).toLocaleString("en");
  const lost = failed === 0 ? "" : `, ${failed} failed`;
  return `${files.toLocaleString("en")} files in ${seconds.toFixed(1)} s (${rate} rows/s)${lost}; ${percent(right / files)} as their extension says`;
}
