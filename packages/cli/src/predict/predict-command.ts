import { Command } from "commander";
import type { RunContext } from "../command/context.ts";
import { addOptionFlags, readFlags } from "../command/option-flags.ts";
import { addPredictFlags, type PredictFlags } from "./predict-flags.ts";
import { runPredict } from "./run-predict.ts";

const examples = `
Formats: JSON lines, CSV with a line of names, TSV and Parquet, by the file's name, for records and for
rows; JSON lines from standard input and to standard output. Fields are named as the model's tensors. Lists are JSON lists, in cells of CSV too;
numbers that JSON has not are "NaN", "Infinity" and "-Infinity".

A row that fails is told, counted and, with --dead-letter, kept; the others go on. The command ends with
0 when every row has its answer, 1 when some failed, 2 when it was called in a way that cannot work,
130 when it was interrupted. The first Ctrl-C finishes what is under way, a second one ends at once.

Examples:
  nereid predict http://localhost:8000 ranker rows.jsonl > scores.jsonl
  nereid predict grpc://localhost:8001 ranker rows.csv --join --batch-size 32 -o scores.csv
  nereid predict http://localhost:8000 ranker *.parquet --batch-size 64 \\
      -o scores.jsonl --dead-letter failed.jsonl --resume scores.checkpoint
  nereid predict http://localhost:8000 ranker rows.parquet --join -o scores.parquet
  nereid predict http://localhost:8000 ranker failed.jsonl --input-format dead-letters
  head -1 rows.jsonl | nereid predict http://localhost:8000 ranker --auth-token '\${env:TOKEN}'`;

/** `nereid predict`: the records of files through a model. */
export function createPredictCommand(context: RunContext): Command {
  const command = new Command("predict")
    .description("send the records of files or standard input through a model")
    .argument("<URL>", "http://host:8000 or grpc://host:8001")
    .argument("<MODEL>", "a model's name, or name:version")
    .argument("[FILE...]", "files of records; - or none for standard input")
    .addHelpText("after", examples)
    .action(async (url: string, model: string, files: string[], flags: PredictFlags) => {
      const options = { ...readFlags(command, "model"), ...readFlags(command, "connection") };
      context.exit(await runPredict({ url, model, files, flags, options }, context));
    });
  addPredictFlags(command);
  addOptionFlags(command, "model", {
    "on-error":
      "skip, told and counted; dead-letter with --dead-letter; default with a default-value",
  });
  return addOptionFlags(command, "connection");
}
