import { createModel, float32, type Model } from "@nereid/core";
import type { ReportRow, SuiteContext } from "../suite.ts";
import { compareWork, type Work } from "../measure/compare-work.ts";
import type { EchoRow } from "./drivers.ts";
import { createEchoTransport } from "./echo-transport.ts";

/** A step of the sequence of a key. */
interface KeyedRecord {
  readonly key: number;
  readonly IN: number;
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

/** Sends records of so many keys, by turns. */
async function driveKeyed({ model }: KeyedModel, keys: number, rows: number): Promise<void> {
  const records = function* (): Generator<KeyedRecord> {
    for (let index = 0; index < rows; index += 1) yield { key: index % keys, IN: index % 1000 };
  };
  const sequence = { key: ({ key }: KeyedRecord) => key, maxLive: keys };
  let settled = 0;
  for await (const { OUT } of model.predictAll(records(), { window: keyedWindow, sequence })) {
    if (OUT !== settled % 1000) throw new Error(`row ${settled}: expected its value, found ${OUT}`);
    settled += 1;
  }
  if (settled !== rows) throw new Error(`expected ${rows} rows, found ${settled}`);
}

/** The same steps over few keys and over many. */
export async function* compareKeys(context: SuiteContext): AsyncGenerator<ReportRow> {
  await using few = await openKeyedModel();
  await using many = await openKeyedModel();
  for (const keys of [256, 10_000]) {
    yield await compareWork(
      {
        suite: "streams",
        what: `keyed sequences: ${keys} keys / 16 keys`,
        workload: `one step for each row, window ${keyedWindow}`,
        unit: "CPU µs per step",
        ours: () => keyedWork(many, keys),
        theirs: () => keyedWork(few, 16),
        measure: "ours / theirs",
        goal: { most: 1.8 },
        note: "the steps that end the sequences are counted as steps",
      },
      context,
    );
    context.signal.throwIfAborted();
  }
}

/** As many rows as keys at least; the step that ends each sequence counts as well. */
export function keyedWork(opened: KeyedModel, keys: number): Work {
  const rows = Math.max(4000, keys);
  const steps = rows + keys;
  return {
    rows: steps,
    async run() {
      const before = opened.steps();
      await driveKeyed(opened, keys, rows);
      const found = opened.steps() - before;
      if (found !== steps) throw new Error(`expected ${steps} steps, found ${found}`);
    },
  };
}
