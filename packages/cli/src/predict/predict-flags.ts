import { Option, type Command } from "commander";
import { readCount } from "../command/read-number.ts";
import { inputFormats, type InputFormat } from "../source/open-sources.ts";
import { outputFormats, type OutputFormat } from "../sink/row-encoder.ts";

/** The flags of `nereid predict` that are no options of the contract. */
export interface PredictFlags {
  readonly output?: string;
  readonly inputFormat?: InputFormat;
  readonly outputFormat?: OutputFormat;
  readonly ordered: boolean;
  readonly join?: boolean;
  readonly deadLetter?: string;
  readonly resume?: string;
  readonly maxFailures?: number;
  readonly inputField: readonly string[];
  readonly outputField: readonly string[];
  readonly quiet?: boolean;
}

/** Adds them to the command. */
export function addPredictFlags(command: Command): Command {
  const field = "declare a field, where the server does not tell: name:type, such as x:float32[]";
  return command
    .option("-o, --output <file>", "write rows to a file. Default: standard output")
    .option("--join", "put the record's own fields in front of the model's outputs")
    .option("--ordered", "write rows in the order of the records", true)
    .option("--no-ordered", "write rows as they come")
    .option("--dead-letter <file>", "write records that failed to a file, with their errors")
    .option("--resume <file>", "keep a checkpoint there, and go on where it stands")
    .option("--max-failures <number>", "stop when so many rows have failed", readCount)
    .addOption(
      new Option("--input-format <format>", "format of the input. Default: by its name").choices(
        inputFormats,
      ),
    )
    .addOption(
      new Option("--output-format <format>", "format of the rows. Default: by the name").choices(
        outputFormats,
      ),
    )
    .option("--input-field <name:type>", `${field}; once for each input`, collect, [])
    .option("--output-field <name:type>", `${field}; once for each output`, collect, [])
    .option("-q, --quiet", "no progress, no failures and no summary on standard error");
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
