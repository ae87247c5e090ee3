import { createReadStream, existsSync, readFileSync, truncateSync } from "node:fs";
import { open, rename, writeFile } from "node:fs/promises";
import { flushCompileCache } from "node:module";
import { constants } from "node:os";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createModel, float32, type CreateModelOptions, type Fields } from "@nereid/core";
import { createPredictStream, predictRows } from "@nereid/integration-streams";
import { createHttpTransport } from "@nereid/transport-http";
import { paths, rowsPerCommit, type Plan } from "./plan.ts";

/** A record of the input, and its place there. */
interface Numbered {
  readonly IN: number;
  readonly line: number;
}

// What the README of @nereid/integration-streams says of positions, as a program that is killed. Its next
// lives start from the cache, which is written otherwise only by a life that ends of itself.
flushCompileCache();
const plan: Plan = JSON.parse(process.argv[2] ?? "{}");
const { input, output, position } = paths(plan.folder);

const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    if (stop.signal.aborted) process.exit(128 + constants.signals[name]);
    stop.abort();
    tell({ type: "stopping" });
  });
}

const modelOptions: Partial<CreateModelOptions<Fields, Fields>> = plan.options ?? {};
await using model = await createModel({
  transport: createHttpTransport({ endpoint: plan.url }),
  model: "poison",
  batchSize: 4,
  maxInFlight: 4,
  ...modelOptions,
  inputs: { IN: float32() },
  outputs: { OUT: float32() },
  observe: (event) => {
    if (event.type === "circuit") tell(event);
  },
});

const committed = existsSync(position) ? Number(readFileSync(position, "utf8")) : 0;
cutTornLine();
const file = await open(output, "a");
const { window, how } = plan;
const step =
  how === "duplex"
    ? createPredictStream(model, { join: true, window, highWaterMark: window })
    : predictRows(model, { join: true, window });
await pipeline(Readable.from(records(committed)), step, write);
await file.close();

/** Nobody may be listening any more. */
function tell(message: { readonly type: string }): void {
  if (process.connected) process.send?.(message);
}

/** The records behind a position, until somebody wants the process to stop. */
async function* records(behind: number): AsyncGenerator<Numbered> {
  let line = 0;
  for await (const text of createInterface({ input: createReadStream(input) })) {
    if (stop.signal.aborted) return;
    line += 1;
    if (line > behind) yield { IN: JSON.parse(text).IN, line };
  }
}

/** Rows come in the order of their records: what stands in front of a row that is written is settled. */
async function write(rows: AsyncIterable<{ OUT: number; line: number }>): Promise<void> {
  let written = committed;
  for await (const { OUT, line } of rows) {
    await file.appendFile(`${JSON.stringify({ line, OUT })}\n`);
    written = line;
    if (line % rowsPerCommit === 0) await commit(written);
  }
  await commit(written);
}

/** Whole or not at all, whenever the process is killed. */
async function commit(line: number): Promise<void> {
  await writeFile(`${position}.new`, String(line));
  await rename(`${position}.new`, position);
}

function cutTornLine(): void {
  if (!existsSync(output)) return;
  truncateSync(output, readFileSync(output).lastIndexOf(0x0a) + 1);
}
