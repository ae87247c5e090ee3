import type { Clock } from "@nereid/core";
import type { Terminal } from "../command/context.ts";
import type { Counts } from "../checkpoint/entry.ts";
import { countText, rowsText, timeText } from "../terminal/amounts.ts";
import { createProgressLine } from "../terminal/progress-line.ts";

/** Tells a person how a run goes. */
export interface Report {
  /** A row has settled. */
  update(): void;
  /** A row has failed; the first few are told. */
  failure(row: number, message: string): void;
  /** Rows are under way, and none has settled for so long. */
  silence(seconds: number): void;
  /** The run is asked to come to its end. */
  interrupt(): void;
  /** The end, and how the run ended where it is not the end of the input. */
  finish(end: string | undefined): void;
  /** The end, without a word. */
  leave(): void;
}

/** What a report looks at. */
export interface ReportParts {
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** Rows of this run so far, by how they ended. */
  readonly counts: () => Counts;
  /** Rows that earlier runs have finished. */
  readonly earlier: number;
  /** The part of the input that was read; undefined where its end is not known. */
  readonly fraction: () => number | undefined;
  readonly isQuiet: boolean;
}

const failuresTold = 5;
const barWidth = 20;

/** Makes the report of one run. */
export function createReport(parts: ReportParts): Report {
  const { terminal, clock, counts, earlier, fraction, isQuiet } = parts;
  const line = createProgressLine(terminal, clock);
  const start = clock.now();
  let told = 0;
  // Rows that were passed over take no time to speak of, and must not count for the time that is left.
  let before: number | undefined;

  const progress = (): string => {
    const rows = rowsOf(counts());
    const elapsedMs = Math.max(1, clock.now() - start);
    const read = fraction();
    before ??= read;
    const failed = failedOf(counts());
    return [
      ...(read === undefined ? [] : [`${bar(read)} ${Math.floor(100 * read)} %`]),
      rowsText(earlier + rows),
      `${countText((1000 * rows) / elapsedMs)} rows/s`,
      ...(failed === 0 ? [] : [`${countText(failed)} failed`]),
      ...eta(read, before, elapsedMs),
    ].join("  ");
  };

  return {
    update() {
      if (!isQuiet) line.update(progress);
    },
    failure(row, message) {
      told += 1;
      if (isQuiet || told > failuresTold) return;
      line.print(`row ${countText(row + 1)}: ${message}`);
      if (told === failuresTold) line.print("further failures are counted, and not told");
    },
    silence(seconds) {
      if (isQuiet) return;
      line.print(
        `no answer for ${seconds} s: the server is slow or away; rows wait for one that is away as long as --stall-timeout says`,
      );
    },
    interrupt() {
      if (!isQuiet) line.print("finishing what is under way; Ctrl-C again to end at once");
    },
    finish(end) {
      line.clear();
      if (!isQuiet) line.print(summary(counts(), earlier, clock.now() - start, end));
    },
    leave: () => line.clear(),
  };
}

/** Rows of any end. */
export function rowsOf({ o, f, d, n, s }: Counts): number {
  return o + f + d + n + s;
}

/** Rows that have no row of output for an error. */
export function failedOf({ d, n }: Counts): number {
  return d + n;
}

function bar(fraction: number): string {
  const full = Math.round(fraction * barWidth);
  return `${"█".repeat(full)}${"░".repeat(barWidth - full)}`;
}

function eta(read: number | undefined, before: number | undefined, elapsedMs: number): string[] {
  if (read === undefined || before === undefined || read <= before) return [];
  return [`ETA ${timeText((elapsedMs * (1 - read)) / (read - before))}`];
}

function summary(
  counts: Counts,
  earlier: number,
  elapsedMs: number,
  end: string | undefined,
): string {
  const rows = rowsOf(counts);
  const rate = countText((1000 * rows) / Math.max(1, elapsedMs));
  const ends: [number, string][] = [
    [counts.o, "ok"],
    [counts.f, "default value"],
    [counts.s, "left out for a null"],
    [counts.d, "failed (in the dead letters)"],
    [counts.n, "failed"],
  ];
  const told = ends
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${countText(count)} ${name}`);
  return [
    ...(end === undefined ? [] : [`${end}: `]),
    `${rowsText(rows)} in ${timeText(elapsedMs)} (${rate} rows/s)`,
    ...(told.length === 0 ? [] : [`: ${told.join(", ")}`]),
    ...(earlier === 0 ? [] : [`; ${countText(earlier)} were finished before`]),
  ].join("");
}
