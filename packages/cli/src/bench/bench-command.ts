import { Command, Option } from "commander";
import type { RunContext } from "../command/context.ts";
import { addOptionFlags, readFlags } from "../command/option-flags.ts";
import { readCount, readCounts } from "../command/read-number.ts";
import { runBench, type BenchFlags } from "./run-bench.ts";

const examples = `
Every pair of a batch size and a number in flight is measured for the duration, and a quarter of it before
to warm up. The recommended setting is the one with the shortest p99 among those within 5 % of the fastest.

Examples:
  nereid bench http://localhost:8000 ranker
  nereid bench grpc://localhost:8001 ranker rows.jsonl --svg ranker.svg
  nereid bench http://localhost:8000 ranker --batch-sizes 1,32 --in-flight 1,4,16 --duration-ms 5000`;

/** `nereid bench`: which batch size and how many in flight suit a model. */
export function createBenchCommand(context: RunContext): Command {
  const command = new Command("bench")
    .description("measure rows/s and latency over batch sizes and batches in flight")
    .argument("<URL>", "http://host:8000 or grpc://host:8001")
    .argument("<MODEL>", "a model's name, or name:version")
    .argument("[FILE]", "records to send, the first 1,000 of them. Default: zeros")
    .addOption(listOption("--batch-sizes <numbers>", "rows in a request", [1, 4, 16, 64]))
    .addOption(
      listOption("--in-flight <numbers>", "requests under way at a time", [1, 2, 4, 8, 16]),
    )
    .option("--duration-ms <ms>", "how long each pair is measured", readCount, 1000)
    .option("--svg <file>", "draw the curves into a file")
    .option("--json", "print JSON")
    .addHelpText("after", examples)
    .action(async (url: string, model: string, file: string | undefined, flags: BenchFlags) => {
      await runBench(
        { url, model, file, flags, connection: readFlags(command, "connection") },
        context,
      );
    });
  return addOptionFlags(command, "connection");
}

/** A list is told as it is written: with commas and nothing else. */
function listOption(flags: string, text: string, fallback: readonly number[]): Option {
  return new Option(flags, text).argParser(readCounts).default(fallback, fallback.join(","));
}
