import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createModel, float32, TransportError, type Model } from "@nereid/core";
import { createTensor } from "@nereid/core/transport-kit";
import { createMemoryTransport, type ServerModel } from "@nereid/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createPredictStream,
  createPredictTransform,
  createSettleStream,
  predictRows,
  settleRows,
} from "../src/index.ts";

interface Setup {
  readonly model: Model<{ readonly IN: number }, { readonly OUT: number }>;
  readonly seen: () => number;
}

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

async function doubling(options: object = {}, gate?: () => Promise<void>): Promise<Setup> {
  const transport = createMemoryTransport({
    models: [double],
    ...(gate === undefined ? {} : { gate }),
  });
  const model = await createModel({
    transport,
    model: "double",
    inputs: { IN: float32() },
    outputs: { OUT: float32() },
    maxRetries: 0,
    ...options,
  });
  return { model, seen: () => transport.requests.length };
}

const records = (...values: number[]): { IN: number }[] => values.map((IN) => ({ IN }));

/** Turns of the event loop, so that answers come late and in an order of their own. */
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("createPredictStream", () => {
  it("gives rows in order through a pipeline", async () => {
    const { model } = await doubling({ batchSize: 4 });
    const rows: unknown[] = [];
    const sink = new Writable({
      objectMode: true,
      write: (row, _encoding, done) => {
        rows.push(row);
        done();
      },
    });
    await pipeline(Readable.from(records(1, 2, 3, 4, 5)), createPredictStream(model), sink);
    expect(rows).toEqual([2, 4, 6, 8, 10].map((OUT) => ({ OUT })));
  });

  it("puts the record in front with join, and composes", async () => {
    const { model } = await doubling();
    const stream = Readable.from(records(7)).compose(createPredictStream(model, { join: true }));
    await expect(collect(stream)).resolves.toEqual([{ IN: 7, OUT: 14 }]);
  });

  it("is destroyed once, by the first record that fails", async () => {
    const { model } = await doubling();
    const stream = createPredictStream(model);
    const errors: unknown[] = [];
    stream.on("error", (error) => errors.push(error));
    const closed = new Promise((resolve) => stream.on("close", resolve));
    Readable.from(records(1, -2, -3))
      .pipe(stream)
      .resume();
    await closed;
    expect(errors).toMatchObject([{ code: "server" }]);
  });

  it("P5: takes no more than its window and its buffers hold", async () => {
    const { model } = await doubling({}, () => new Promise(() => undefined));
    const stream = createPredictStream(model, { window: 5, highWaterMark: 2 });
    let read = 0;
    const source = new Readable({
      objectMode: true,
      highWaterMark: 1,
      read() {
        read += 1;
        this.push({ IN: read });
      },
    });
    source.pipe(stream);
    await turns(50);
    expect(read).toBeLessThanOrEqual(5 + 2 * 2 + 2);
    source.destroy();
    stream.destroy();
  });

  it("is destroyed with the signal's reason", async () => {
    const { model } = await doubling({}, () => new Promise(() => undefined));
    const controller = new AbortController();
    const stream = createPredictStream(model, { signal: controller.signal });
    stream.write({ IN: 1 });
    const failed = new Promise((resolve) => stream.on("error", resolve));
    const reason = new Error("stopped");
    controller.abort(reason);
    await expect(failed).resolves.toBe(reason);
  });

  it("hands failed records to the dead-letter callback before it goes on", async () => {
    const letters: unknown[] = [];
    const { model } = await doubling({
      onError: "dead-letter",
      onDeadLetter: async (letter: unknown) => {
        await turns(2);
        letters.push(letter);
      },
    });
    const stream = Readable.from(records(1, -2, 3)).compose(createPredictStream(model));
    await expect(collect(stream)).resolves.toEqual([{ OUT: 2 }, { OUT: 6 }]);
    expect(letters).toMatchObject([{ record: { IN: -2 }, error: { code: "server" } }]);
  });
});

describe("createSettleStream", () => {
  it("settles each record exactly once whatever answers when, in order where asked", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ poisoned: fc.boolean(), late: fc.nat(3) }), { maxLength: 30 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 5 }),
        async (plan, ordered, window, batchSize) => {
          let answered = 0;
          const gate = (): Promise<void> => turns(plan[answered++]?.late ?? 0);
          const { model } = await doubling({ batchSize }, gate);
          const source = plan.map(({ poisoned }, index) => ({
            IN: poisoned ? -index - 1 : index,
            index,
          }));
          const stream = Readable.from(source).compose(
            createSettleStream(model, { ordered, window }),
          );
          const indices: number[] = [];
          for await (const { outcome, record, row } of stream) {
            expect(outcome).toBe(record.IN < 0 ? "failed" : "ok");
            if (outcome === "ok") expect(row.OUT).toBe(2 * record.IN);
            indices.push(record.index);
          }
          const all = source.map(({ index }) => index);
          expect(ordered ? indices : indices.sort((a, b) => a - b)).toEqual(all);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe("createPredictTransform", () => {
  it("carries rows through Web streams", async () => {
    const { model } = await doubling({ batchSize: 2 });
    const readable = ReadableStream.from(records(1, 2, 3)).pipeThrough(
      createPredictTransform(model),
    );
    await expect(collect(readable)).resolves.toEqual([{ OUT: 2 }, { OUT: 4 }, { OUT: 6 }]);
  });

  it("lets go of everything when its reader cancels while it waits", async () => {
    const { model } = await doubling({}, () => new Promise(() => undefined));
    const { readable, writable } = createPredictTransform(model);
    const writer = writable.getWriter();
    const reader = readable.getReader();
    const pending = reader.read();
    void writer.write({ IN: 1 }).catch(() => undefined);
    await turns(2);
    await reader.cancel(new Error("enough"));
    await expect(pending).resolves.toMatchObject({ done: true });
  });
});

describe("operators over async iterables", () => {
  it("stop reading the source when the loop is left", async () => {
    const { model } = await doubling();
    let closed = false;
    async function* source(): AsyncGenerator<{ IN: number }> {
      try {
        for (let IN = 0; ; IN += 1) yield { IN };
      } finally {
        closed = true;
      }
    }
    for await (const { OUT } of predictRows(model, { window: 4 })(source())) {
      if (OUT === 10) break;
    }
    await turns(1);
    expect(closed).toBe(true);
  });

  it("pass the source's own error on behind the records before it", async () => {
    const { model } = await doubling();
    const broken = new TransportError("the source broke", { delivery: "not-sent" });
    function* source(): Generator<{ IN: number }> {
      yield { IN: 1 };
      throw broken;
    }
    const outcomes = settleRows(model)(source());
    await expect(outcomes.next()).resolves.toMatchObject({ value: { outcome: "ok" } });
    await expect(outcomes.next()).rejects.toBe(broken);
  });
});
