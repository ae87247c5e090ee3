import type { InferenceError } from "@nereid/core";
import type { ExitCode, RunContext } from "../command/context.ts";
import type { FlagValues } from "../command/option-flags.ts";
import { isSystemError } from "../command/system-error.ts";
import { UsageError } from "../command/usage-error.ts";
import { noCounts, type RowKind } from "../checkpoint/entry.ts";
import { columnsOf, type Columns } from "../record/columns.ts";
import { readDeclaredFields } from "../record/declared-fields.ts";
import { openSources, standardInput } from "../source/open-sources.ts";
import { fractionRead, readSources } from "../source/read-sources.ts";
import { rowsText } from "../terminal/amounts.ts";
import { outputFormatOf } from "../sink/row-encoder.ts";
import { openPredictModel } from "./open-predict-model.ts";
import { findStart, openRun, type RunPaths } from "./open-run.ts";
import { openSink, requestedFormat } from "./open-sink.ts";
import type { PredictFlags } from "./predict-flags.ts";
import { createReport, failedOf, rowsOf } from "./report.ts";
import { settleRows } from "./settle-rows.ts";
import { watchSilence } from "./watch-silence.ts";

/** What a run of `nereid predict` is asked to do. */
export interface PredictTask {
  readonly url: string;
  readonly model: string;
  readonly files: readonly string[];
  readonly flags: PredictFlags;
  /** Options of the contract, in kebab-case. */
  readonly options: FlagValues;
}

/** Sends the records of files through a model. @returns how it ended */
export async function runPredict(task: PredictTask, context: RunContext): Promise<ExitCode> {
  const { flags, options } = task;
  const { clock, drain, abort } = context;
  const failures = checkFlags(task);
  const format = requestedFormat(flags, context.output);
  const sources = await openSources(task.files, flags.inputFormat, context.input);
  const inputs = readDeclaredFields("--input-field", flags.inputField);
  const outputs = readDeclaredFields("--output-field", flags.outputField);
  const paths = pathsOf(task);
  const start = await findStart(paths);
  const { counts: before, complete } = start.snapshot;
  const earlier = rowsOf(before);
  if (complete) {
    context.progress.write(`nothing to do: all ${rowsText(earlier)} were finished before\n`);
    return failedOf(before) > 0 ? 1 : 0;
  }
  await using model = await openPredictModel({
    ...task,
    options: modelOptions(options),
    inputs,
    outputs,
    signal: drain,
  });
  // Behind the checks of options and model, so that a mistake costs no earlier output.
  await using run = await openRun(paths, start, context);
  const columns = columnsOf(model.metadata, "inputs", inputs);
  const rowColumns = columnsOf(model.metadata, "outputs", outputs);
  const binary = binaryNames(columns, rowColumns);
  const enough = new AbortController();
  const stop = AbortSignal.any([drain, enough.signal]);
  const counts = { ...noCounts };
  const report = createReport({
    terminal: context.progress,
    clock,
    counts: () => counts,
    earlier,
    fraction: () => fractionRead(sources),
    isQuiet: flags.quiet ?? false,
  });
  const maxFailures = failures === "stop" ? 1 : (flags.maxFailures ?? Number.POSITIVE_INFINITY);
  const onRow = (kind: RowKind, row: number, error: InferenceError | undefined): void => {
    counts[kind] += 1;
    if (kind === "d" || kind === "n") report.failure(row, error?.message ?? "failed");
    if (failedOf(counts) >= maxFailures) enough.abort();
    report.update();
  };
  const sink = await openSink(run, {
    format,
    binary,
    inputs: columns,
    outputs: rowColumns,
    sources,
    clock,
  });
  const records = readSources(
    sources,
    {
      columns,
      finished: start.finished,
      allColumns: needsAllColumns(task),
    },
    stop,
  );
  // Nobody interrupts when a standard stream is lost, and nobody may be there to read.
  const interrupt = (): void => {
    if (!isSystemError(drain.reason)) report.interrupt();
  };
  drain.addEventListener("abort", interrupt, { once: true });
  using _silence = watchSilence({
    clock,
    settled: () => rowsOf(counts),
    inside: () => model.stats().recordsInside,
    tell: report.silence,
  });
  let ended = false;
  try {
    await settleRows(model, records, sink, {
      ordered: flags.ordered,
      join: flags.join ?? false,
      binary,
      failures: failures === "dead-letter" ? "dead-letter" : "count",
      skipNulls: options["on-null"] === "skip",
      wallNow: context.wallNow,
      abort,
      onRow,
    });
    ended = !stop.aborted;
  } finally {
    // What has settled is kept, even when the rest is given up.
    await sink.finish();
    await run.journal?.snapshot(ended);
    drain.removeEventListener("abort", interrupt);
    if (isSystemError(drain.reason)) report.leave();
    else report.finish(endOf(drain, enough.signal));
  }
  if (drain.aborted) return 130;
  return failedOf(before) + failedOf(counts) > 0 ? 1 : 0;
}

function endOf(drain: AbortSignal, enough: AbortSignal): string | undefined {
  if (drain.aborted) return "interrupted";
  return enough.aborted ? "stopped for failures" : undefined;
}

/** What is done with rows that fail. Only a default value is the model's business. */
type Failures = "count" | "dead-letter" | "stop";

/** @throws UsageError for flags that contradict one another */
function checkFlags({ files, flags, options }: PredictTask): Failures {
  const { deadLetter, resume, output, outputFormat } = flags;
  const onError = options["on-error"];
  if (onError === "dead-letter" && deadLetter === undefined) {
    throw new UsageError("--on-error dead-letter: expected --dead-letter FILE with it, found none");
  }
  if (resume !== undefined) {
    if (output === undefined) {
      throw new UsageError("--resume: expected --output FILE with it, found none");
    }
    if (files.length === 0 || files.includes(standardInput)) {
      throw new UsageError("--resume: expected files to read, found standard input");
    }
    if ((outputFormat ?? outputFormatOf(output)) !== "jsonl") {
      throw new UsageError("--resume: expected JSON lines as output, found another format");
    }
  }
  if (onError === "fail") return "stop";
  return deadLetter === undefined ? "count" : "dead-letter";
}

/** Fields beside the model's inputs are wanted in files, or as the key of a sequence. */
function needsAllColumns({ flags, options }: PredictTask): boolean {
  if (flags.join === true || flags.deadLetter !== undefined) return true;
  return options["sequence-key"] !== undefined || options["sequence-id"] !== undefined;
}

function modelOptions(options: FlagValues): FlagValues {
  const { "on-error": onError, ...others } = options;
  return onError === undefined || isOurs(onError) ? others : options;
}

/** Words of `--on-error` that this command acts on itself. */
function isOurs(word: unknown): boolean {
  return word === "fail" || word === "skip" || word === "dead-letter";
}

function pathsOf({ model, files, flags }: PredictTask): RunPaths {
  return {
    model,
    inputs: files.filter((file) => file !== standardInput),
    output: flags.output,
    deadLetters: flags.deadLetter,
    checkpoint: flags.resume,
    join: flags.join ?? false,
  };
}

function binaryNames(...sides: readonly Columns[]): ReadonlySet<string> {
  const binary = sides.flatMap((columns) => [...columns].filter(([, { isBinary }]) => isBinary));
  return new Set(binary.map(([name]) => name));
}
