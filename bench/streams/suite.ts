import { createModel, float32 } from "@nereid/core";
import type { ReportRow, Suite, SuiteContext } from "../suite.ts";
import { withinEffort } from "../measure/effort.ts";
import { compareWork, type WorkComparison, type Work } from "../measure/compare-work.ts";
import {
  driveArray,
  driveDuplex,
  driveIterator,
  drivePipeline,
  driveReadableMap,
  driveTransformStream,
  driveWebPair,
  type Driver,
  type EchoModel,
} from "./drivers.ts";
import { createEchoTransport, type AnswerTime } from "./echo-transport.ts";
import { compareKeys } from "./keyed.ts";

const rowsOfRun = 4096;
const batchSize = 32;
const windows = [64, 1024];
const answerTimes: readonly AnswerTime[] = ["next turn", "at once"];

type Pair = Pick<WorkComparison, "what" | "unit" | "measure" | "goal" | "isLeftOut"> & {
  readonly ours: Driver;
  readonly theirs: Driver;
  readonly note?: string;
};

const unit = "CPU µs per row";

const pairs: readonly Pair[] = [
  {
    what: "Duplex beyond the array form",
    unit,
    ours: driveDuplex,
    theirs: driveArray,
    measure: "ours - theirs",
    goal: { most: 0.3 },
    note: "judged by the difference in µs",
  },
  {
    what: "async iterator beyond the array form",
    unit,
    ours: driveIterator,
    theirs: driveArray,
    measure: "ours - theirs",
    goal: { most: 0.5 },
    note: "judged by the difference in µs",
  },
  {
    what: "Readable.map with predict / Duplex, in a pipeline",
    unit,
    ours: drivePipeline,
    theirs: driveReadableMap,
    measure: "theirs / ours",
    goal: { least: 2 },
  },
  {
    what: "TransformStream with predict / createPredictTransform",
    unit,
    ours: driveWebPair,
    theirs: driveTransformStream,
    measure: "theirs / ours",
    goal: { least: 8 },
    isLeftOut: true,
  },
];

/** Records in, the same values out: a wrong sum is a broken operator. */
export function createStreamWork(
  drive: Driver,
  model: EchoModel,
  window: number,
  rows: number = rowsOfRun,
): Work {
  const records = Array.from({ length: rows }, (_, index) => ({ IN: index % 1000 }));
  const expected = records.reduce((sum, { IN }) => sum + IN, 0);
  return {
    rows,
    async run() {
      const sum = await drive(model, records, window);
      if (sum !== expected) throw new Error(`rows: expected a sum of ${expected}, found ${sum}`);
    },
  };
}

/** Opens the model of the operators. */
export function openEchoModel(answers: AnswerTime, rows: number = batchSize): Promise<EchoModel> {
  return createModel({
    transport: createEchoTransport({ answers }),
    model: "echo",
    inputs: { IN: float32() },
    outputs: { OUT: float32() },
    batchSize: rows,
  });
}

async function* run(context: SuiteContext): AsyncGenerator<ReportRow> {
  const isWhole = context.effort >= 1;
  for (const answers of isWhole ? answerTimes : answerTimes.slice(0, 1)) {
    await using model = await openEchoModel(answers);
    for (const window of windows) {
      for (const { ours, theirs, ...pair } of withinEffort(pairs, context.effort)) {
        const workload = `answers ${answers}, window ${window}, batches of ${batchSize}`;
        yield await compareWork(
          {
            ...pair,
            suite: "streams",
            workload,
            ours: () => createStreamWork(ours, model, window),
            theirs: () => createStreamWork(theirs, model, window),
          },
          context,
        );
        context.signal.throwIfAborted();
      }
    }
  }
  if (isWhole) yield* compareKeys(context);
}

/** What stream operators cost over the callback core, and beside what Node and the platform bring. */
export const streams: Suite = { name: "streams", run };
