import type { Readable, Writable } from "node:stream";
import type { Clock } from "@nereid/core";

/** A stream that is printed to, and what is known of it when a person looks at it. */
export type Terminal = Writable & {
  readonly isTTY?: boolean;
  /** Characters in a line. */
  readonly columns?: number;
};

/** What a command reads, prints to and is stopped by. Nothing else of the process is touched. */
export interface CommandContext {
  readonly input: Readable;
  /** Results. */
  readonly output: Terminal;
  /** Progress, summaries and errors. */
  readonly progress: Terminal;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** The time of day, in milliseconds since the epoch. */
  readonly wallNow: () => number;
  /** Aborts when the command should come to its end: finish what is under way and start nothing. */
  readonly drain: AbortSignal;
  /** Aborts when it should end at once. */
  readonly abort: AbortSignal;
}

/** How a command ended. */
export type ExitCode = 0 | 1 | 2 | 130;

/** A context whose command tells how it ended. Without a word it ended well. */
export interface RunContext extends CommandContext {
  readonly exit: (code: ExitCode) => void;
}
