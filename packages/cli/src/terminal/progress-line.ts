import type { Clock } from "@nereid/core";
import type { Terminal } from "../command/context.ts";
import { cutText } from "./table.ts";

/** A line that is drawn again and again, on terminals only. */
export interface ProgressLine {
  /** Draws at most ten times a second; the text is made only when it is drawn. */
  update(text: () => string): void;
  /** Prints a line that stays, above the line that is drawn. */
  print(line: string): void;
  /** Takes the line away. */
  clear(): void;
}

const intervalMs = 100;
const eraseLine = "\r\u001b[K";

/** Makes a progress line. Where nobody looks, only the lines that stay are printed. */
export function createProgressLine(terminal: Terminal, clock: Clock): ProgressLine {
  const isSeen = terminal.isTTY === true;
  let next = clock.now();
  let isDrawn = false;
  const clear = (): void => {
    if (isDrawn) terminal.write(eraseLine);
    isDrawn = false;
  };
  return {
    clear,
    print(line) {
      clear();
      terminal.write(`${line}\n`);
      next = clock.now();
    },
    update(text) {
      const time = clock.now();
      if (!isSeen || time < next) return;
      next = time + intervalMs;
      isDrawn = true;
      // One column less: some terminals go on to the next line behind the last one.
      terminal.write(`\r${cutText(text(), (terminal.columns ?? 80) - 1)}\u001b[K`);
    },
  };
}
