import { Command } from "commander";
import { createDemoCommand, type CommandContext } from "./demo/demo-command.ts";

/** The `nereid` command with everything below it. */
export function createProgram(context: CommandContext): Command {
  return new Command("nereid")
    .description("model inference in streams")
    .addCommand(createDemoCommand(context));
}
