import { Command } from "commander";
import type { RunContext } from "../command/context.ts";
import { addOptionFlags, readFlags } from "../command/option-flags.ts";
import { askServer, orNull } from "../server/ask.ts";
import { parseModelName } from "../server/model-name.ts";
import { openTransport } from "../server/open-transport.ts";
import { createLook } from "../terminal/look.ts";
import { readModel } from "./read-model.ts";
import { readModels, readServer } from "./read-server.ts";
import { renderModel } from "./render-model.ts";
import { renderServer } from "./render-server.ts";

const examples = `
Examples:
  nereid inspect http://localhost:8000
  nereid inspect http://localhost:8000 add_sub
  nereid inspect grpc://localhost:8001 add_sub:2 --json
  nereid inspect https://models.example.com --auth-token '\${env:TOKEN}'`;

/** `nereid inspect`: what a server and its models are. */
export function createInspectCommand(context: RunContext): Command {
  const command = new Command("inspect")
    .description("show a server and its models: tensors, batching, sequences, priorities")
    .argument("<URL>", "http://host:8000 or grpc://host:8001")
    .argument("[MODEL]", "a model's name, or name:version")
    .option("--json", "print JSON; null stands for what the server does not tell")
    .addHelpText("after", examples)
    .action(
      async (url: string, model: string | undefined, { json = false }: { json?: boolean }) => {
        await using transport = await openTransport(url, readFlags(command, "connection"));
        await askServer(context, async (call) => {
          const look = createLook(context);
          const server = await readServer(url, transport, call);
          if (model === undefined) {
            const models = await readModels(transport, call);
            const text = json
              ? toJson({ server, models: orNull(models) })
              : renderServer(server, models, look);
            context.output.write(text);
            return;
          }
          const report = await readModel(parseModelName(model), transport, call);
          const text = json
            ? toJson({ server, model: report })
            : `${renderServer(server, undefined, look)}\n${renderModel(report, look)}`;
          context.output.write(text);
        });
      },
    );
  return addOptionFlags(command, "connection");
}

function toJson(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
