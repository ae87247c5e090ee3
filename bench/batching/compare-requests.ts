import { compareWork, type WorkComparison } from "../measure/compare-work.ts";
import { withinEffort } from "../measure/effort.ts";
import { noteOf, startServer } from "../servers/start-server.ts";
import type { ReportRow, SuiteContext } from "../suite.ts";
import { inFlight, openRowModel, predictEach, requestEach, requestsOfRun } from "./row-models.ts";

const small = { name: "64 B", floats: 16 };
const large = { name: "4 KB", floats: 1024 };

/** Batches against one request for each row, over HTTP. */
export async function* compareRequests(context: SuiteContext): AsyncGenerator<ReportRow> {
  const server = await startServer("http");
  try {
    const comparisons = comparisonsOf(`http://127.0.0.1:${server.port}`);
    for (const comparison of withinEffort(comparisons, context.effort)) {
      const note = [noteOf(server), comparison.note].filter((one) => one !== undefined).join("; ");
      yield await compareWork({ ...comparison, note }, context);
      context.signal.throwIfAborted();
    }
  } finally {
    server.stop();
  }
}

function comparisonsOf(url: string): readonly WorkComparison[] {
  const predict = (floats: number, batchSize: number) => async () =>
    predictEach(
      await openRowModel(url, batchSize),
      floats,
      batchSize === 1 ? requestsOfRun : undefined,
    );
  const shared = { suite: "batching", unit: "CPU µs per row", measure: "theirs / ours" } as const;
  const batches = (
    { name, floats }: typeof small,
    size: number,
    least: number,
  ): WorkComparison => ({
    ...shared,
    what: `a request for each row / batches of ${size}`,
    workload: `${name} rows, ${inFlight} requests in flight`,
    ours: predict(floats, size),
    theirs: predict(floats, 1),
    goal: { least },
    isLeftOut: floats === large.floats,
  });
  return [
    batches(small, 32, 14),
    batches(small, 128, 30),
    batches(large, 32, 5),
    batches(large, 128, 5),
    {
      ...shared,
      what: "undici request with JSON, a request for each row / batches of 32",
      workload: `${small.name} rows, ${inFlight} requests in flight`,
      ours: predict(small.floats, 32),
      theirs: () => requestEach(url, small.floats),
      isLeftOut: true,
      note: "the leanest ordinary client; beside it in one process ours costs more than alone",
    },
  ];
}
