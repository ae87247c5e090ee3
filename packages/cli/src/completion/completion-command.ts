import { Argument, Command } from "commander";
import type { RunContext } from "../command/context.ts";
import { completionScript, shells, type CompletedCommand, type Shell } from "./shells.ts";

const examples = `
Examples:
  source <(nereid completion bash)         # in ~/.bashrc
  source <(nereid completion zsh)          # in ~/.zshrc, behind compinit
  nereid completion fish | source          # in ~/.config/fish/config.fish`;

/** `nereid completion`: a script for a shell, made of the commands as they are. */
export function createCompletionCommand(context: RunContext): Command {
  const command = new Command("completion")
    .description("print a script that completes nereid in a shell")
    .addArgument(new Argument("<SHELL>", "bash, zsh or fish").choices(shells))
    .addHelpText("after", examples)
    .action((shell: Shell) => {
      const commands = command.parent?.commands ?? [];
      context.output.write(completionScript[shell](commands.map(toCompleted)));
    });
  return command;
}

function toCompleted(command: Command): CompletedCommand {
  const flags = command.options.flatMap(({ long, short, description }) => {
    const name = long ?? short;
    return name === undefined || name === null
      ? []
      : [{ name, description: firstLine(description) }];
  });
  return {
    name: command.name(),
    description: command.description(),
    flags: [...flags, { name: "--help", description: "display help for command" }],
  };
}

/** Shells show a line, and it should not be a long one. */
function firstLine(text: string): string {
  return (text.split(/[.(\n]/)[0] ?? "").trim();
}
