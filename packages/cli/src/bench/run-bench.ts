import { writeFile } from "node:fs/promises";
import type { ModelMetadata } from "@nereid/core";
import type { RunContext } from "../command/context.ts";
import type { FlagValues } from "../command/option-flags.ts";
import { columnsOf } from "../record/columns.ts";
import { askServer } from "../server/ask.ts";
import { parseModelName } from "../server/model-name.ts";
import { openTransport } from "../server/open-transport.ts";
import { isBatched } from "../server/record-shape.ts";
import { openSources } from "../source/open-sources.ts";
import { readSources } from "../source/read-sources.ts";
import { createLook } from "../terminal/look.ts";
import { createProgressLine } from "../terminal/progress-line.ts";
import { measurePoint, type BenchRecord, type Point } from "./measure-point.ts";
import { pointsSvg } from "./points-svg.ts";
import { recommend } from "./recommend.ts";
import { renderPoints } from "./render-points.ts";
import { zeroRecord } from "./zero-record.ts";

/** What `nereid bench` is asked to do. */
export interface BenchTask {
  readonly url: string;
  readonly model: string;
  /** Records to send; zeros without one. */
  readonly file: string | undefined;
  readonly flags: BenchFlags;
  readonly connection: FlagValues;
}

/** The flags of `nereid bench`. */
export interface BenchFlags {
  readonly batchSizes: readonly number[];
  readonly inFlight: readonly number[];
  readonly durationMs: number;
  readonly svg?: string;
  readonly json?: boolean;
}

/** Records of a file that are kept in memory and sent again and again. */
const maxRecords = 1000;

/** Measures every point of the grid, and tells which setting to begin with. */
export async function runBench(task: BenchTask, context: RunContext): Promise<void> {
  const { flags, url } = task;
  const { clock, drain, output } = context;
  await using transport = await openTransport(url, task.connection);
  const model = parseModelName(task.model);
  const metadata = await askServer(context, (call) => transport.metadata(model, call));
  const records = await readRecords(task, metadata, context);
  const batchSizes = batchSizesFor(metadata, flags.batchSizes);
  const leftOut = flags.batchSizes.filter((batchSize) => !batchSizes.includes(batchSize));
  if (leftOut.length > 0) {
    context.progress.write(
      `batch sizes left out: ${leftOut.join(", ")}; the model takes at most ${mostRows(metadata)}\n`,
    );
  }
  const grid = batchSizes.flatMap((batchSize) =>
    flags.inFlight.map((inFlight) => ({ batchSize, inFlight })),
  );
  const progress = createProgressLine(context.progress, clock);
  const points: Point[] = [];
  for (const setting of grid) {
    if (drain.aborted) break;
    progress.update(
      () =>
        `${points.length + 1} of ${grid.length}: batches of ${setting.batchSize}, ${setting.inFlight} in flight`,
    );
    const { durationMs } = flags;
    const setup = { transport, model, records, durationMs, clock, drain, ...setting };
    points.push(await measurePoint(setup));
  }
  progress.clear();
  const recommended = recommend(points);
  if (flags.svg !== undefined) {
    await writeFile(flags.svg, pointsSvg(`${metadata.name} over ${transport.name}`, points));
  }
  output.write(
    flags.json === true
      ? `${JSON.stringify({ points, recommended: recommended ?? null }, undefined, 2)}\n`
      : renderPoints(points, recommended, createLook(context)),
  );
  if (recommended === undefined) context.exit(1);
}

/** Those that the model takes; a model without a batch dimension takes one row at a time. */
function batchSizesFor(metadata: ModelMetadata, wanted: readonly number[]): readonly number[] {
  const most = mostRows(metadata);
  const fitting = wanted.filter((batchSize) => batchSize <= most);
  return fitting.length === 0 ? [most] : fitting;
}

function mostRows(metadata: ModelMetadata): number {
  return isBatched(metadata) ? (metadata.maxBatchRows ?? Number.POSITIVE_INFINITY) : 1;
}

async function readRecords(
  { file }: BenchTask,
  metadata: ModelMetadata,
  { input, drain }: RunContext,
): Promise<readonly BenchRecord[]> {
  if (file === undefined) return [zeroRecord(metadata)];
  const sources = await openSources([file], undefined, input);
  const columns = columnsOf(metadata, "inputs", undefined);
  const context = { columns, finished: { low: 0, has: () => false }, allColumns: false };
  const records: BenchRecord[] = [];
  for await (const record of readSources(sources, context, drain)) {
    records.push(record);
    if (records.length === maxRecords) break;
  }
  if (records.length > 0) return records;
  throw new Error(`${file}: expected at least one record, found none`);
}
