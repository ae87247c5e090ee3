import type { Transport } from "@nereid/core";
import type { CommandContext } from "../../command/context.ts";
import { createLook } from "../../terminal/look.ts";
import { readRecords } from "../read-records.ts";
import { walkFiles } from "../walk-files.ts";
import { compareWays, type TourContext } from "./compare.ts";
import { showOutage, showPoison } from "./faults.ts";
import { showSwap } from "./swap.ts";
import { startTourServer } from "./tour-server.ts";
import type { TourRecord } from "./ways.ts";

/** Enough for an outage to fall in the middle; a smaller folder is sent several times over. */
const recordCount = 512;

/** What the tour is taken with. */
export interface TourTask {
  /** The classifier inside the process; it stays the caller's. */
  readonly runner: Transport;
  readonly folder: string;
  readonly outageMs: number;
}

/** Shows the same rows in several ways, a bad row, an outage and a swap. Every number is of this run. */
export async function runTour(task: TourTask, context: CommandContext): Promise<void> {
  const { output, clock, drain } = context;
  const records = await collectRecords(task.folder);
  if (records.length === 0) return;
  await using server = await startTourServer(task.runner);
  const look = createLook(context);
  const tour: TourContext = { server, records, clock, signal: drain, width: look.width };
  const parts: readonly (readonly [string, () => Promise<string>])[] = [
    ["The same rows in three ways, over HTTP", () => compareWays(tour)],
    ["A row that makes the model fail", () => showPoison(tour)],
    ["The server goes away", () => showOutage(tour, task.outageMs)],
    ["Another transport", () => showSwap(tour, task.runner)],
  ];
  for (const [index, [title, show]] of parts.entries()) {
    drain.throwIfAborted();
    output.write(`\n${look.paint.strong(`${index + 1}. ${title}`)}\n\n`);
    output.write(await show());
  }
}

async function collectRecords(folder: string): Promise<readonly TourRecord[]> {
  const records: TourRecord[] = [];
  for await (const { bytes } of readRecords(walkFiles(folder))) {
    records.push({ bytes });
    if (records.length === recordCount) break;
  }
  const found = records.length;
  if (found === 0) return [];
  return Array.from({ length: recordCount }, (_, index) => records[index % found]).filter(
    (record) => record !== undefined,
  );
}
