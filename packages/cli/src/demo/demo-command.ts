import { fileURLToPath } from "node:url";
import type { Transport } from "@nereid/core";
import { Command } from "commander";
import type { RunContext } from "../command/context.ts";
import { openTransport as openServer } from "../server/open-transport.ts";
import { bundledModel, bundledModelPath } from "../serve/model-paths.ts";
import { runDemo } from "./run-demo.ts";

const installedPackages = fileURLToPath(new URL("../../../../node_modules/.pnpm", import.meta.url));

interface DemoOptions {
  readonly endpoint?: string;
  readonly json?: boolean;
}

/** `nereid demo`: tells for every file of a folder which language it is written in. */
export function createDemoCommand(context: RunContext): Command {
  return new Command("demo")
    .description("tell for every file of a folder which language it is written in")
    .argument("[folder]", "folder of files", installedPackages)
    .option(
      "--endpoint <url>",
      `ask the model "${bundledModel}" of a server instead of this process`,
    )
    .option("--json", "print a line of JSON for each file instead of a table")
    .addHelpText("after", "\nExample:\n  nereid demo src --json | head")
    .action(async (folder: string, { endpoint, json = false }: DemoOptions) => {
      const transport = await openTransport(endpoint);
      const { output, progress, clock, drain } = context;
      await runDemo({ output, progress, now: clock.now, signal: drain, transport, folder, json });
    });
}

/** The one line that differs between a model in the process and one behind a URL. */
async function openTransport(endpoint: string | undefined): Promise<Transport> {
  if (endpoint !== undefined) return openServer(endpoint, {});
  const { createOnnxRunner } = await import("@nereid/runner-onnx");
  return createOnnxRunner({ models: { [bundledModel]: { path: bundledModelPath } } });
}
