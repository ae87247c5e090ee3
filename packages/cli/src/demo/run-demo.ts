import { array, createModel, float32, int32, string, type Transport } from "@nereid/core";
import { predictRows } from "@nereid/integration-streams";
import { bundledModel } from "../serve/model-paths.ts";
import { createProgress } from "./progress.ts";
import { readRecords } from "./read-records.ts";
import { renderTable } from "./table.ts";
import { createTally, type Tally } from "./tally.ts";
import { walkFiles } from "./walk-files.ts";

/** What a run of the demo takes from outside. */
export interface DemoContext {
  readonly transport: Transport;
  /** Folder to walk. */
  readonly folder: string;
  /** Print rows as JSON lines instead of a table. */
  readonly json: boolean;
  readonly output: { write(text: string): unknown };
  readonly progress: { readonly isTTY?: boolean; write(text: string): unknown };
  readonly now: () => number;
  readonly signal?: AbortSignal;
}

/** Streams every file of a folder through the classifier and prints what it says of them. */
export async function runDemo(context: DemoContext): Promise<Tally> {
  const { output, now, signal } = context;
  const tally = createTally();
  const progress = createProgress(context.progress, now);
  const start = now();
  await using model = await createModel({
    transport: context.transport,
    model: bundledModel,
    inputs: { bytes: array(int32()) },
    outputs: { language: string(), confidence: float32() },
    batchSize: 32,
  });
  const rows = predictRows(model, { join: true, ...(signal === undefined ? {} : { signal }) });
  for await (const row of rows(readRecords(walkFiles(context.folder)))) {
    const { path, promised, language, confidence } = row;
    tally.add(promised, language, confidence);
    progress.update(tally.files);
    if (context.json) output.write(`${JSON.stringify({ path, language, confidence, promised })}\n`);
  }
  progress.clear();
  if (!context.json) output.write(renderTable(tally, (now() - start) / 1000));
  return tally;
}
