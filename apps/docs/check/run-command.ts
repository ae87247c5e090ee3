import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** How a command of a page is run. */
export interface CommandPlace {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The status that it is expected to end with. */
  readonly exit: number;
}

/** What a command printed, and why it ended badly where it did. */
export interface CommandEnd {
  readonly printed: string;
  readonly failure: string | undefined;
}

const timeoutMs = 240_000;

/** Runs a command to its end. */
export async function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env, exit }: CommandPlace,
): Promise<CommandEnd> {
  const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
  const child = spawn(command, args, { cwd, env, stdio, timeout: timeoutMs });
  const ended = new Promise<number | string>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal ?? "no status"));
    child.once("error", (error) => resolve(error.message));
  });
  const [status, printed, told] = await Promise.all([
    ended,
    text(child.stdout),
    text(child.stderr),
  ]);
  const failure = status === exit ? undefined : `${status} instead of ${exit}\n${printed}${told}`;
  return { printed, failure };
}
