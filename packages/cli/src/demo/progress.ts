/** Shows how far a run is, on a terminal only. */
export interface Progress {
  /** Call it for every row; it writes a few times a second. */
  update(rows: number): void;
  /** Takes the line away. */
  clear(): void;
}

const intervalMs = 100;
const width = 24;

/**
 * Makes a progress line of a moving bar, rows and rows/s. The number of files is not known before they
 * were walked, so the bar tells that something moves, not how much is left.
 */
export function createProgress(
  output: { readonly isTTY?: boolean; write(text: string): unknown },
  now: () => number,
): Progress {
  if (output.isTTY !== true) return { update: () => undefined, clear: () => undefined };
  const start = now();
  let next = start;
  return {
    update(rows) {
      const time = now();
      if (time < next) return;
      next = time + intervalMs;
      const rate = Math.round((1000 * rows) / Math.max(1, time - start));
      output.write(`\r${bar((time - start) / intervalMs)} ${rows} rows, ${rate} rows/s\u001b[K`);
    },
    clear() {
      output.write("\r\u001b[K");
    },
  };
}

function bar(step: number): string {
  const at = Math.floor(step) % width;
  return Array.from({ length: width }, (_, cell) =>
    (cell - at + width) % width < 5 ? "█" : "░",
  ).join("");
}
