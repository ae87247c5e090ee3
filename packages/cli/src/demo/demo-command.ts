import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Transport } from "@nereid/core";
import { Command } from "commander";
import type { RunContext } from "../command/context.ts";
import { UsageError } from "../command/usage-error.ts";
import { readCount } from "../command/read-number.ts";
import { openTransport as openServer } from "../server/open-transport.ts";
import { bundledModel, bundledModelPath } from "../serve/model-paths.ts";
import { runDemo } from "./run-demo.ts";

/** Those of the checkout, or those that this package was installed among. */
const beside = fileURLToPath(new URL("../../../../", import.meta.url));
const ofCheckout = join(beside, "node_modules", ".pnpm");
const installedPackages = existsSync(ofCheckout) ? ofCheckout : beside;

interface DemoOptions {
  readonly endpoint?: string;
  readonly json?: boolean;
  readonly tour: boolean;
  readonly outageMs: number;
}

const examples = `
Behind the table comes a tour: the same rows as a plain loop, as Readable.map and with Nereid; a row that makes
the model fail; an outage; and a swap of transports. Every number is measured while you watch.

Examples:
  nereid demo
  nereid demo src --no-tour
  nereid demo src --json | head`;

/** `nereid demo`: tells for every file of a folder which language it is written in. */
export function createDemoCommand(context: RunContext): Command {
  return new Command("demo")
    .description("tell for every file of a folder which language it is written in")
    .argument("[folder]", "folder of files. Default: the packages installed beside this one")
    .option(
      "--endpoint <url>",
      `ask the model "${bundledModel}" of a server instead of this process`,
    )
    .option("--json", "print a line of JSON for each file instead of a table")
    .option("--no-tour", "print the table and nothing else")
    .option("--outage-ms <ms>", "how long the server of the tour is away", readCount, 5000)
    .addHelpText("after", examples)
    .action(
      async (
        given: string | undefined,
        { endpoint, json = false, tour, outageMs }: DemoOptions,
      ) => {
        const folder = given ?? installedPackages;
        requireFolder(folder);
        const transport = await openTransport(endpoint);
        const { output, progress, clock, drain } = context;
        await runDemo({ output, progress, now: clock.now, signal: drain, transport, folder, json });
        // The tour has servers of its own, and nothing to say to a program.
        if (!tour || json || endpoint !== undefined) return;
        const { runTour } = await import("./tour/run-tour.ts");
        await using runner = await openTransport(undefined);
        await runTour({ runner, folder, outageMs }, context);
      },
    );
}

/** The one line that differs between a model in the process and one behind a URL. */
async function openTransport(endpoint: string | undefined): Promise<Transport> {
  if (endpoint !== undefined) return openServer(endpoint, {});
  const { createOnnxRunner } = await import("@nereid/runner-onnx");
  return createOnnxRunner({ models: { [bundledModel]: { path: bundledModelPath } } });
}

function requireFolder(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  const what = found === undefined ? "nothing" : "a file";
  throw new UsageError(`${folder}: expected a folder, found ${what}`);
}
