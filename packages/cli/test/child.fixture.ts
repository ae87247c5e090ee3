import { spawn, type ChildProcess } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** The command as a process of its own. */
export interface Child {
  readonly process: ChildProcess;
  /** How it ended, and everything that it printed. */
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: string | null;
    readonly out: string;
    readonly err: string;
  }>;
}

/** Starts the command from its sources. */
export function startChild(args: readonly string[], nodeFlags: readonly string[] = []): Child {
  const child = spawn(
    process.execPath,
    ["--conditions=@nereid/source", ...nodeFlags, main, ...args],
    { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, NODE_OPTIONS: "" } },
  );
  const exit = new Promise<[number | null, string | null]>((resolve) => {
    child.once("close", (code, signal) => resolve([code, signal]));
  });
  const ended = Promise.all([exit, text(child.stdout), text(child.stderr)]).then(
    ([[code, signal], out, err]) => ({ code, signal, out, err }),
  );
  return { process: child, ended };
}
