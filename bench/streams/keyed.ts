import { createModel, float32, type Model } from "@nereid/core";
import type { ReportRow, SuiteContext } from "../suite.ts";
import { compareWork, type Work, type WorkComparison } from "../measure/compare-work.ts";
import type { EchoRow } from "./drivers.ts";
import { createEchoTransport } from "./echo-transport.ts";

/** A step of the sequence of a key. */
interface KeyedRecord {
  readonly key: number;
  readonly IN: number;
  readonly isLast: boolean;
}

/** Steps under way. */
export const keyedWindow = 1024;

/** A stateful model, and how many steps its server has seen. */
export interface KeyedModel extends AsyncDisposable {
  readonly model: Model<{ readonly IN: number }, EchoRow>;
  readonly steps: () => number;
}

/** Opens a stateful model that answers on the next turn. */
export async function openKeyedModel(): Promise<KeyedModel> {
  let steps = 0;
  const transport = createEchoTransport({
    answers: "next turn",
    stateful: true,
    onExchange: () => {
      steps += 1;
    },
  });
  const model = await createModel({
    transport,
    model: "keyed",
    inputs: { IN: float32() },
    outputs: { OUT: float32() },
    maxInFlight: keyedWindow,
  });
  return { model, steps: () => steps, [Symbol.asyncDispose]: () => model.close() };
}

/** Over how many keys the records go by turns, and after how many of them a sequence ends. */
export interface KeyedShape {
  readonly keys: number;
  readonly steps: number;
}

async function driveKeyed(
  { model }: KeyedModel,
  { keys, steps }: KeyedShape,
  rows: number,
): Promise<void> {
  const records = function* (): Generator<KeyedRecord> {
    for (let index = 0; index < rows; index += 1) {
      const isLast = Math.floor(index / keys) % steps === steps - 1;
      yield { key: index % keys, IN: index % 1000, isLast };
    }
  };
  const sequence = {
    key: ({ key }: KeyedRecord) => key,
    isLast: ({ isLast }: KeyedRecord) => isLast,
    maxLive: keys,
  };
  let settled = 0;
  for await (const { OUT } of model.predictAll(records(), { window: keyedWindow, sequence })) {
    if (OUT !== settled % 1000) throw new Error(`row ${settled}: expected its value, found ${OUT}`);
    settled += 1;
  }
  if (settled !== rows) throw new Error(`expected ${rows} rows, found ${settled}`);
}

const leastRows = 4000;

/** Whole sequences, so that their starts and ends are the same share of the steps for any number of keys. */
export function keyedWork(opened: KeyedModel, shape: KeyedShape): Work {
  const round = shape.keys * shape.steps;
  const rows = Math.ceil(leastRows / round) * round;
  return {
    rows,
    async run() {
      const before = opened.steps();
      await driveKeyed(opened, shape, rows);
      const found = opened.steps() - before;
      if (found !== rows) throw new Error(`expected ${rows} steps, found ${found}`);
    },
  };
}

type Comparison = Pick<WorkComparison, "what" | "goal" | "note"> & {
  readonly ours: KeyedShape;
  readonly theirs: KeyedShape;
};

const few: KeyedShape = { keys: 16, steps: 4 };

const comparisons: readonly Comparison[] = [
  ...[256, 10_000].map((keys) => ({
    what: `keyed sequences: ${keys} keys / 16 keys`,
    ours: { ...few, keys },
    theirs: few,
    goal: { most: 1.8 },
    note: "sequences of 4 steps on both sides",
  })),
  {
    what: "keyed sequences: of 4 steps / of 250 steps",
    ours: few,
    theirs: { ...few, steps: 250 },
    note: "16 keys; what starts and ends cost",
  },
];

/** The same steps over few keys and over many, in short sequences and in long ones. */
export async function* compareKeys(context: SuiteContext): AsyncGenerator<ReportRow> {
  await using first = await openKeyedModel();
  await using second = await openKeyedModel();
  for (const { ours, theirs, ...comparison } of comparisons) {
    yield await compareWork(
      {
        ...comparison,
        suite: "streams",
        workload: `one step for each row, window ${keyedWindow}`,
        unit: "CPU µs per step",
        ours: () => keyedWork(second, ours),
        theirs: () => keyedWork(first, theirs),
        measure: "ours / theirs",
      },
      context,
    );
    context.signal.throwIfAborted();
  }
}
