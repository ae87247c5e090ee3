import stringWidth from "string-width";

/** A column of a table. */
export interface TableColumn {
  readonly title: string;
  /** Where the cells stand. Default: left. */
  readonly align?: "left" | "right";
}

const gap = "  ";
const leastWidth = 4;
const graphemes = new Intl.Segmenter();

/**
 * A table as lines of text, each with its end.
 *
 * @param width - characters in a line; the widest columns are cut until it fits. Default: no limit.
 */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number = Number.POSITIVE_INFINITY,
): string {
  const wanted = columns.map(({ title }, column) =>
    Math.max(stringWidth(title), ...rows.map((row) => stringWidth(row[column] ?? ""))),
  );
  const widths = fitWidths(wanted, width - gap.length * (columns.length - 1));
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align = "left" }, column) => pad(cells[column] ?? "", widths[column] ?? 0, align))
      .join(gap)
      .trimEnd();
  const lines = [
    line(columns.map(({ title }) => title)),
    widths.map((size) => "─".repeat(size)).join(gap),
    ...rows.map(line),
  ];
  return lines.map((text) => `${text}\n`).join("");
}

/** Takes from the widest column first, so that narrow ones stay readable. */
function fitWidths(wanted: readonly number[], room: number): readonly number[] {
  const widths = [...wanted];
  const total = (): number => widths.reduce((sum, size) => sum + size, 0);
  while (total() > room) {
    const widest = Math.max(...widths);
    if (widest <= leastWidth) break;
    const column = widths.indexOf(widest);
    widths[column] = widest - 1;
  }
  return widths;
}

function pad(text: string, width: number, align: "left" | "right"): string {
  const cut = cutText(text, width);
  const room = " ".repeat(Math.max(0, width - stringWidth(cut)));
  return align === "left" ? cut + room : room + cut;
}

/** Cuts text to a number of columns, with an ellipsis where something is missing. */
export function cutText(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cut = "";
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const size = stringWidth(segment);
    if (used + size > width - 1) break;
    cut += segment;
    used += size;
  }
  return `${cut}…`;
}
