export { createProgram } from "./program.ts";
export type { CommandContext } from "./demo/demo-command.ts";
