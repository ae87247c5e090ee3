import { fileURLToPath } from "node:url";
import type { Transport } from "@nereid/core";
import { createOnnxRunner } from "@nereid/runner-onnx";
import { createHttpTransport } from "@nereid/transport-http";
import { Command } from "commander";
import { demoModel, runDemo } from "./run-demo.ts";

const modelPath = fileURLToPath(new URL("../../model/classifier.onnx", import.meta.url));
const installedPackages = fileURLToPath(new URL("../../../../node_modules/.pnpm", import.meta.url));

interface DemoOptions {
  readonly endpoint?: string;
  readonly json?: boolean;
}

/** What a command prints to, and how it is stopped. */
export interface CommandContext {
  readonly output: { write(text: string): unknown };
  readonly progress: { readonly isTTY?: boolean; write(text: string): unknown };
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** `nereid demo`: tells for every file of a folder which language it is written in. */
export function createDemoCommand(context: CommandContext): Command {
  return new Command("demo")
    .description("tell for every file of a folder which language it is written in")
    .argument("[folder]", "folder of files", installedPackages)
    .option("--endpoint <url>", `ask the model "${demoModel}" of a server instead of this process`)
    .option("--json", "print a line of JSON for each file instead of a table")
    .addHelpText("after", "\nExample:\n  nereid demo src --json | head")
    .action(async (folder: string, { endpoint, json = false }: DemoOptions) => {
      const transport = await openTransport(endpoint);
      await runDemo({ ...context, transport, folder, json });
    });
}

/** The one line that differs between a model in the process and one behind a URL. */
async function openTransport(endpoint: string | undefined): Promise<Transport> {
  if (endpoint !== undefined) return createHttpTransport({ endpoint });
  return createOnnxRunner({ models: { [demoModel]: { path: modelPath } } });
}
