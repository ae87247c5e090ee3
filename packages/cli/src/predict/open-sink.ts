import type { Clock } from "@nereid/core";
import { UsageError } from "../command/usage-error.ts";
import type { Terminal } from "../command/context.ts";
import { outputCells, recordCells } from "../parquet/column-types.ts";
import type { Columns } from "../record/columns.ts";
import type { BinaryNames } from "../sink/json-text.ts";
import { createParquetSink } from "../sink/parquet-sink.ts";
import { createRowEncoder, outputFormatOf, type OutputFormat } from "../sink/row-encoder.ts";
import { createRowSink, type RowSink } from "../sink/row-sink.ts";
import type { RecordSource } from "../source/record-source.ts";
import type { Run } from "./open-run.ts";
import type { PredictFlags } from "./predict-flags.ts";

/** What is known of the rows that a sink takes. */
export interface SinkFacts {
  readonly format: OutputFormat;
  readonly binary: BinaryNames;
  readonly inputs: Columns;
  readonly outputs: Columns;
  readonly sources: readonly RecordSource[];
  readonly clock: Clock;
}

/**
 * The format of the rows, by flag or name.
 *
 * @throws UsageError for Parquet on a terminal
 */
export function requestedFormat(
  { output, outputFormat }: PredictFlags,
  terminal: Terminal,
): OutputFormat {
  const format = outputFormat ?? outputFormatOf(output);
  if (format === "parquet" && output === undefined && terminal.isTTY === true) {
    throw new UsageError("--output-format parquet: expected a file or a pipe, found a terminal");
  }
  return format;
}

/** Opens where the rows of a run end. */
export async function openSink(run: Run, facts: SinkFacts): Promise<RowSink> {
  const { format, binary, inputs, outputs, sources, clock } = facts;
  if (format !== "parquet") {
    return createRowSink({ ...run, clock, encode: createRowEncoder(format, binary) });
  }
  const { createParquetOutput } = await import("../parquet/parquet-output.ts");
  const output = createParquetOutput({
    target: run.output,
    outputs: outputCells(outputs),
    recordCell: recordCells(
      inputs,
      sources.map(({ cells }) => cells),
    ),
  });
  const encode = createRowEncoder("jsonl", binary);
  return createParquetSink(output, createRowSink({ ...run, clock, encode }));
}
