import { createModel, float32, type Model } from "@nereid/core";
import { createTensor } from "@nereid/core/transport-kit";
import { createMemoryTransport, type ServerModel } from "@nereid/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPredictTransform, createSettleTransform } from "../src/index.ts";

type Doubling = Model<{ readonly IN: number }, { readonly OUT: number }>;

/** Doubles IN; a negative one fails its own request and no other. */
const double: ServerModel = {
  name: "double",
  maxBatchRows: 64,
  inputs: [{ name: "IN", datatype: "FP32", shape: [1] }],
  outputs: [{ name: "OUT", datatype: "FP32", shape: [1] }],
  execute: (requests) =>
    requests.map(({ inputs }) => {
      const input = inputs.get("IN");
      if (input?.datatype !== "FP32") return { error: "no input" };
      if (input.data.some((value) => value < 0)) return { error: "negative" };
      const doubled = input.data.map((value) => value * 2);
      return [createTensor("OUT", "FP32", input.shape, doubled)];
    }),
};

function doubling(options: object = {}, gate?: () => Promise<void>): Promise<Doubling> {
  return createModel({
    transport: createMemoryTransport({
      models: [double],
      ...(gate === undefined ? {} : { gate }),
    }),
    model: "double",
    inputs: { IN: float32() },
    outputs: { OUT: float32() },
    maxRetries: 0,
    ...options,
  });
}

const never = (): Promise<void> => new Promise(() => undefined);
const records = (...values: number[]): { IN: number }[] => values.map((IN) => ({ IN }));

/** Turns of the event loop, so that answers come late and in an order of their own. */
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** What comes out before the end, and what the end is. */
async function readAll<T>(stream: AsyncIterable<T>): Promise<{ items: T[]; error?: unknown }> {
  const items: T[] = [];
  try {
    for await (const item of stream) items.push(item);
    return { items };
  } catch (error) {
    return { items, error };
  }
}

describe("createPredictTransform", () => {
  it("puts the record in front with join", async () => {
    const pair = createPredictTransform(await doubling(), { join: true });
    const { items } = await readAll(ReadableStream.from(records(1, 2)).pipeThrough(pair));
    expect(items).toEqual([
      { IN: 1, OUT: 2 },
      { IN: 2, OUT: 4 },
    ]);
  });

  it("fails both sides with the first record that fails", async () => {
    const { readable, writable } = createPredictTransform(await doubling());
    const writer = writable.getWriter();
    for (const record of records(1, -2, 3)) writer.write(record).catch(() => undefined);
    const { items, error } = await readAll(readable);
    expect([items, error]).toMatchObject([[{ OUT: 2 }], { code: "server" }]);
    await expect(writer.closed).rejects.toBe(error);
  });

  it("takes no more than its window and its buffers hold", async () => {
    const { readable, writable } = createPredictTransform(await doubling({}, never), { window: 5 });
    let read = 0;
    const source = new ReadableStream<{ IN: number }>({
      pull(controller) {
        read += 1;
        controller.enqueue({ IN: read });
      },
    });
    const piped = source.pipeTo(writable).catch((error: unknown) => error);
    await turns(50);
    expect(read).toBeLessThanOrEqual(5 + 16 + 2);
    await readable.cancel(new Error("enough"));
    await expect(piped).resolves.toMatchObject({ message: "enough" });
  });

  it("passes the writer's reason on behind the rows of what was written", async () => {
    const { readable, writable } = createPredictTransform(await doubling());
    const writer = writable.getWriter();
    await writer.write({ IN: 1 });
    const broken = new Error("the source broke");
    await writer.abort(broken);
    await expect(readAll(readable)).resolves.toEqual({ items: [{ OUT: 2 }], error: broken });
  });

  it("fails both sides at once with the signal's reason, and a write that waits with them", async () => {
    const controller = new AbortController();
    const options = { window: 1, signal: controller.signal };
    const { readable, writable } = createPredictTransform(await doubling({}, never), options);
    const writer = writable.getWriter();
    await writer.write({ IN: 1 });
    const waiting = writer.write({ IN: 2 }).catch((error: unknown) => error);
    await turns(2);
    const reason = new Error("stopped");
    controller.abort(reason);
    await expect(waiting).resolves.toBe(reason);
    await expect(readAll(readable)).resolves.toEqual({ items: [], error: reason });
    await expect(writer.closed).rejects.toBe(reason);
  });

  it("gives the rows that it has when the model is closed, and then the model's refusal", async () => {
    const model = await doubling();
    const { readable, writable } = createPredictTransform(model);
    const writer = writable.getWriter();
    await writer.write({ IN: 1 });
    await model.close();
    await expect(writer.write({ IN: 2 })).rejects.toMatchObject({ code: "closed" });
    const { items, error } = await readAll(readable);
    expect([items, error]).toMatchObject([[{ OUT: 2 }], { code: "closed" }]);
  });
});

describe("createSettleTransform", () => {
  it("settles each record exactly once whatever answers when, in order where asked", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ poisoned: fc.boolean(), late: fc.nat(3) }), { maxLength: 60 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(2),
        async (plan, ordered, window, batchSize, pause) => {
          let answered = 0;
          const gate = (): Promise<void> => turns(plan[answered++]?.late ?? 0);
          const model = await doubling({ batchSize }, gate);
          const source = plan.map(({ poisoned }, index) => ({
            IN: poisoned ? -index - 1 : index,
            index,
          }));
          const pair = createSettleTransform<{ IN: number }, { OUT: number }, (typeof source)[0]>(
            model,
            { ordered, window },
          );
          const indices: number[] = [];
          for await (const settled of ReadableStream.from(source).pipeThrough(pair)) {
            const { record } = settled;
            expect(settled.outcome).toBe(record.IN < 0 ? "failed" : "ok");
            if (settled.outcome === "ok") expect(settled.row.OUT).toBe(2 * record.IN);
            indices.push(record.index);
            await turns(pause);
          }
          const all = source.map(({ index }) => index);
          expect(ordered ? indices : indices.sort((a, b) => a - b)).toEqual(all);
        },
      ),
      { numRuns: 40 },
    );
  });
});
