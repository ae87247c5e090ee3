import { readFileSync } from "node:fs";
import { Command } from "commander";
import type { RunContext } from "./command/context.ts";
import { createBenchCommand } from "./bench/bench-command.ts";
import { createCompletionCommand } from "./completion/completion-command.ts";
import { createDemoCommand } from "./demo/demo-command.ts";
import { createInspectCommand } from "./inspect/inspect-command.ts";
import { createPredictCommand } from "./predict/predict-command.ts";
import { createServeCommand } from "./serve/serve-command.ts";
import { createTypesCommand } from "./types/types-command.ts";

const examples = `
Examples, over the server that the first of them starts:
  nereid serve
  nereid inspect http://127.0.0.1:8000
  nereid types http://127.0.0.1:8000 language -o models.ts
  nereid predict http://127.0.0.1:8000 language rows.jsonl --batch-size 32
  nereid predict --help`;

/** The `nereid` command with everything below it. It ends by throwing, never by ending the process. */
export function createProgram(context: RunContext): Command {
  const program = new Command("nereid")
    .description("model inference in streams")
    .version(readVersion(), "-V, --version", "print the version")
    .addHelpText("after", examples)
    .addCommand(createInspectCommand(context))
    .addCommand(createTypesCommand(context))
    .addCommand(createPredictCommand(context))
    .addCommand(createBenchCommand(context))
    .addCommand(createServeCommand(context))
    .addCommand(createDemoCommand(context))
    .addCommand(createCompletionCommand(context));
  for (const command of [program, ...program.commands]) {
    // Descriptions wrap in narrow terminals too.
    command.configureHelp({ minWidthToWrap: 20 });
    command.exitOverride().configureOutput({
      writeOut: (text) => context.output.write(text),
      writeErr: (text) => context.progress.write(text),
      getOutHelpWidth: () => context.output.columns ?? 80,
      getErrHelpWidth: () => context.progress.columns ?? 80,
    });
  }
  return program;
}

/** The package's own, from the sources and from what is built of them alike. */
function readVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  const { version }: { readonly version: string } = JSON.parse(text);
  return version;
}
