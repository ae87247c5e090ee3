import { readFile, writeFile } from "node:fs/promises";
import type { Call } from "@nereid/core/transport-kit";
import { Command } from "commander";
import type { RunContext } from "../command/context.ts";
import { addOptionFlags, readFlags } from "../command/option-flags.ts";
import { UsageError } from "../command/usage-error.ts";
import { askServer } from "../server/ask.ts";
import { parseModelName } from "../server/model-name.ts";
import { openTransport, type ServerTransport } from "../server/open-transport.ts";
import { createPaint } from "../terminal/paint.ts";
import { changedLines } from "./changed-lines.ts";
import { modelsSource, type DescribedModel } from "./model-source.ts";

interface TypesFlags {
  readonly output?: string;
  readonly check?: boolean;
}

const examples = `
Examples:
  nereid types http://localhost:8000 add_sub -o src/models.ts
  nereid types grpc://localhost:8001 add_sub ranker:3 -o src/models.ts --check

In the program:
  import { addSub } from "./models.ts";
  const model = await createModel({ transport, ...addSub });`;

/** `nereid types`: declarations of models for TypeScript. */
export function createTypesCommand(context: RunContext): Command {
  const command = new Command("types")
    .description("write TypeScript declarations of models, to be used in createModel")
    .argument("<URL>", "http://host:8000 or grpc://host:8001")
    .argument("<MODEL...>", "names of models, each name or name:version")
    .option("-o, --output <file>", "file to write. Default: standard output")
    .option("--check", "write nothing; end with 1 when the file is not what would be written")
    .addHelpText("after", examples)
    .action(async (url: string, models: string[], { output, check = false }: TypesFlags) => {
      if (check && output === undefined) {
        throw new UsageError("--check: expected --output FILE with it, found none");
      }
      await using transport = await openTransport(url, readFlags(command, "connection"));
      const described = await askServer(context, (call) => describe(transport, models, call));
      const source = modelsSource(described);
      if (output === undefined) context.output.write(source);
      else if (check) await checkFile(context, output, source);
      else await writeFile(output, source);
    });
  return addOptionFlags(command, "connection");
}

async function describe(
  transport: ServerTransport,
  models: readonly string[],
  call: Call,
): Promise<readonly DescribedModel[]> {
  const described: DescribedModel[] = [];
  for (const text of models) {
    const ref = parseModelName(text);
    const metadata = await transport.metadata(ref, call);
    if (metadata.inputs.length === 0 || metadata.outputs.length === 0) {
      throw new Error(
        `model "${ref.name}": expected the server to tell its inputs and outputs, found none; declare the fields by hand`,
      );
    }
    described.push({ ref, metadata });
  }
  return described;
}

async function checkFile(context: RunContext, file: string, source: string): Promise<void> {
  const before = await readFile(file, "utf8").catch(() => undefined);
  if (before?.replaceAll("\r\n", "\n") === source) return;
  const { bad, good } = createPaint(context.progress, context.env);
  const found = before === undefined ? "no such file" : "another text";
  context.progress.write(`nereid: ${file}: expected what the server says, found ${found}\n`);
  for (const line of changedLines(before ?? "", source)) {
    context.progress.write(`${line.startsWith("-") ? bad(line) : good(line)}\n`);
  }
  context.exit(1);
}
