import { Readable } from "node:stream";
import { createModel, int32, type KeyedSequences } from "@nereid/core";
import { createMemoryTransport, createStandardModels } from "@nereid/testing";
import { describe, expect, it } from "vitest";
import {
  createPredictStream,
  createPredictTransform,
  createSettleTransform,
  predictRows,
  settleRows,
} from "../src/index.ts";

interface Visit {
  readonly user: string;
  readonly X: number;
}

const visits: readonly Visit[] = [
  { user: "a", X: 1 },
  { user: "b", X: 10 },
  { user: "a", X: 2 },
  { user: "b", X: 20 },
];
const sums = [1, 10, 3, 30];

const sequence: KeyedSequences<Visit> = { key: ({ user }) => user };

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function accumulating() {
  const transport = createMemoryTransport({ models: createStandardModels() });
  const model = await createModel({
    transport,
    model: "accumulator",
    inputs: { X: int32() },
    outputs: { SUM: int32() },
  });
  const ends = (): number => transport.requests.filter((one) => one.sequence?.end === true).length;
  return { model, ends };
}

type Model = Awaited<ReturnType<typeof accumulating>>["model"];

const operators: readonly (readonly [string, (model: Model) => AsyncIterable<unknown>])[] = [
  ["predictRows", (model) => predictRows(model, { sequence })(visits)],
  [
    "createPredictStream",
    (model) => Readable.from(visits).pipe(createPredictStream(model, { sequence })),
  ],
  [
    "createPredictTransform",
    (model) => ReadableStream.from(visits).pipeThrough(createPredictTransform(model, { sequence })),
  ],
];

describe("keyed sequences through streams", () => {
  it.each(operators)("keep one for each key with %s, ended with it", async (_name, run) => {
    const { model, ends } = await accumulating();
    expect(await collect(run(model))).toEqual(sums.map((SUM) => ({ SUM })));
    await model.close();
    expect(ends()).toBe(2);
  });

  it("and settle each record with its own outcome", async () => {
    const { model } = await accumulating();
    const wanted = visits.map((record, index) => ({ record, row: { SUM: sums[index] } }));
    expect(await collect(settleRows(model, { sequence })(visits))).toMatchObject(wanted);
    const pair = createSettleTransform(model, { sequence });
    const settled = await collect(ReadableStream.from(visits).pipeThrough(pair));
    expect(settled).toMatchObject(wanted);
  });
});
