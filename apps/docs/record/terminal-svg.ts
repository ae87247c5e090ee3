/** How a piece of text looks. */
interface Look {
  readonly bold: boolean;
  readonly faint: boolean;
  readonly colour: string;
}

interface Piece {
  readonly text: string;
  readonly look: Look;
}

const plain: Look = { bold: false, faint: false, colour: "#d7dae0" };

/** The codes that the command prints. @see ECMA-48, "Select Graphic Rendition" */
const codes: Readonly<Record<number, (look: Look) => Look>> = {
  0: () => plain,
  1: (look) => ({ ...look, bold: true }),
  2: (look) => ({ ...look, faint: true }),
  22: (look) => ({ ...look, bold: false, faint: false }),
  31: (look) => ({ ...look, colour: "#ff8a80" }),
  32: (look) => ({ ...look, colour: "#8fd18f" }),
  33: (look) => ({ ...look, colour: "#e6c07b" }),
  36: (look) => ({ ...look, colour: "#7fc8d8" }),
  39: (look) => ({ ...look, colour: plain.colour }),
};

const characterPx = 8.4;
const linePx = 19;

/** Draws what a command printed, with its colours, under the command itself. */
export function renderTerminal(command: string, printed: string, columns: number): string {
  const lines = [`\u{1b}[2m$\u{1b}[22m ${command}`, ...printed.trimEnd().split("\n")]
    .flatMap((line) => wrap(line, columns))
    .map(readLine);
  const width = Math.ceil(columns * characterPx) + 40;
  const height = lines.length * linePx + 64;
  const rows = lines.map((pieces, index) => renderLine(pieces, 20, 62 + index * linePx));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">
<title>${escape(command)}</title>
<rect width="${width}" height="${height}" rx="8" fill="#1b1d23"/>
<circle cx="22" cy="22" r="6" fill="#5a5f6b"/><circle cx="42" cy="22" r="6" fill="#5a5f6b"/><circle cx="62" cy="22" r="6" fill="#5a5f6b"/>
${rows.join("\n")}
</svg>
`;
}

/** A terminal breaks a line that is too long for it. Those with escapes are titles, and short. */
function wrap(line: string, columns: number): readonly string[] {
  if (line.includes("\u{1b}") || line.length <= columns) return [line];
  return [line.slice(0, columns), ...wrap(line.slice(columns), columns)];
}

/** Splits a line where its looks change: each change is an escape, numbers, and an `m`. */
function readLine(line: string): readonly Piece[] {
  const [first = "", ...changes] = line.split("\u{1b}[");
  const pieces: Piece[] = [{ text: first, look: plain }];
  let look = plain;
  for (const change of changes) {
    const end = change.indexOf("m");
    for (const code of change.slice(0, end).split(";")) look = codes[Number(code)]?.(look) ?? look;
    pieces.push({ text: change.slice(end + 1), look });
  }
  return pieces.filter(({ text }) => text !== "");
}

/** Each piece is as long as its characters, whatever font the reader has. */
function renderLine(pieces: readonly Piece[], x: number, y: number): string {
  let column = 0;
  const spans = pieces.map(({ text, look }) => {
    const at = x + column * characterPx;
    const length = Array.from(text).length;
    column += length;
    const weight = look.bold ? ' font-weight="bold"' : "";
    const opacity = look.faint ? ' opacity="0.65"' : "";
    return (
      `<tspan x="${at.toFixed(1)}" textLength="${(length * characterPx).toFixed(1)}" ` +
      `lengthAdjust="spacingAndGlyphs" fill="${look.colour}"${weight}${opacity}>${escape(text)}</tspan>`
    );
  });
  return `<text y="${y}">${spans.join("")}</text>`;
}

/** Browsers put several spaces together, but not those that do not break. */
function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(" ", "\u00A0");
}
