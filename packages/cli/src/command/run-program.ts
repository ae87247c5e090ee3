import { CommanderError } from "commander";
import { createProgram } from "../program.ts";
import { describeError, isUsageError } from "./describe-error.ts";
import { isBrokenPipe } from "./system-error.ts";
import type { CommandContext, ExitCode } from "./context.ts";

/**
 * Runs a command line and tells how it ended: 0 well, 1 something failed, 2 it was called in a way that
 * cannot work, 130 it was interrupted. Errors are told on the progress stream, one on a line.
 *
 * @param args - without the program's own name
 */
export async function runProgram(
  args: readonly string[],
  context: CommandContext,
): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = createProgram({ ...context, exit: (ended) => (code = ended) });
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    // Commander has printed its own; help and version end with 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (isBrokenPipe(error)) return 0;
    if (context.drain.aborted) return 130;
    for (const line of describeError(error)) context.progress.write(`nereid: ${line}\n`);
    return isUsageError(error) ? 2 : 1;
  }
}
