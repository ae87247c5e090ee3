export { runProgram } from "./command/run-program.ts";
export type { CommandContext, ExitCode, Terminal } from "./command/context.ts";
