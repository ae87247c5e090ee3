import type { Look } from "./look.ts";

const gap = 2;
const leastRoom = 10;

/** Names and values, one below the other; long values go on behind their name's column. */
export function renderFacts(
  facts: readonly (readonly [name: string, value: string])[],
  { paint, width }: Look,
): string {
  const indent = Math.max(...facts.map(([name]) => name.length)) + gap;
  const room = Math.max(leastRoom, width - indent);
  return facts
    .map(([name, value]) => {
      const lines = wrapWords(value, room).join(`\n${" ".repeat(indent)}`);
      return `${paint.faint(name)}${" ".repeat(indent - name.length)}${lines}\n`;
    })
    .join("");
}

function wrapWords(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  const words = text.split(" ").flatMap((word) => breakWord(word, width));
  for (const word of words) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function breakWord(word: string, width: number): readonly string[] {
  if (word.length <= width) return [word];
  const parts = Math.ceil(word.length / width);
  return Array.from({ length: parts }, (_, part) => word.slice(part * width, (part + 1) * width));
}
