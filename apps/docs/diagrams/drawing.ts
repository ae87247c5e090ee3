/** The colours of one theme. */
export interface Theme {
  readonly name: "light" | "dark";
  readonly text: string;
  readonly faint: string;
  readonly line: string;
  readonly box: string;
  readonly accent: string;
}

/** Colours with enough contrast on the site's two backgrounds. */
export const themes: readonly Theme[] = [
  {
    name: "light",
    text: "#1f2933",
    faint: "#52606d",
    line: "#7b8794",
    box: "#f2f5f8",
    accent: "#3451b2",
  },
  {
    name: "dark",
    text: "#e4e7eb",
    faint: "#9aa5b1",
    line: "#7b8794",
    box: "#25262d",
    accent: "#a8b1ff",
  },
];

/** Draws with one theme's colours; coordinates in pixels. */
export interface Pen {
  box(x: number, y: number, width: number, height: number, label: string, note?: string): string;
  frame(x: number, y: number, width: number, height: number, label: string): string;
  arrow(...points: readonly (readonly [number, number])[]): string;
  text(x: number, y: number, label: string, look?: "text" | "faint" | "accent"): string;
}

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** Makes a pen. */
export function createPen(theme: Theme): Pen {
  const text: Pen["text"] = (x, y, label, look = "text") =>
    `<text x="${x}" y="${y}" text-anchor="middle" fill="${theme[look]}"` +
    `${look === "faint" ? ' font-size="12"' : ""}>${escape(label)}</text>`;
  return {
    text,
    box(x, y, width, height, label, note) {
      const middle = x + width / 2;
      const top = y + height / 2 + (note === undefined ? 5 : -3);
      return (
        `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" ` +
        `fill="${theme.box}" stroke="${theme.line}"/>` +
        text(middle, top, label) +
        (note === undefined ? "" : text(middle, top + 17, note, "faint"))
      );
    },
    frame: (x, y, width, height, label) =>
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" ` +
      `fill="none" stroke="${theme.accent}"/>` +
      `<text x="${x + 12}" y="${y + 20}" fill="${theme.accent}">${escape(label)}</text>`,
    arrow: (...points) =>
      `<polyline points="${points.map((point) => point.join(",")).join(" ")}" fill="none" ` +
      `stroke="${theme.line}" stroke-width="1.5" marker-end="url(#tip)"/>`,
  };
}

/** A drawing as a file. */
export function svg(
  width: number,
  height: number,
  title: string,
  theme: Theme,
  content: string,
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="14">
<title>${escape(title)}</title>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8Z" fill="${theme.line}"/></marker></defs>
${content}
</svg>
`;
}
