import { describe, expect, it } from "vitest";
import { array, float32, int32 } from "../record/fields.ts";
import { createVirtualClock, settleMicrotasks } from "../transport/virtual-clock.fixture.ts";
import { createModel } from "./create-model.ts";
import { createDoubleTransport } from "./double.fixture.ts";

const fields = { inputs: { x: float32() }, outputs: { y: float32() } };

async function collect<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

function* numbers(count: number): Generator<{ x: number }> {
  for (let x = 0; x < count; x += 1) yield { x };
}

describe("predict", () => {
  it("gives one row for one record", async () => {
    await using model = await createModel({
      transport: createDoubleTransport(),
      model: "double",
      ...fields,
    });
    await expect(model.predict({ x: 21 })).resolves.toEqual({ y: 42 });
  });

  it("reads the fields from the metadata when none are declared", async () => {
    await using model = await createModel({ transport: createDoubleTransport(), model: "double" });
    await expect(model.predict({ x: 4 })).resolves.toEqual({ y: 8 });
  });

  it("lets what arrives in one turn share a batch", async () => {
    const transport = createDoubleTransport();
    await using model = await createModel({ transport, model: "double", ...fields, batchSize: 8 });
    const rows = await Promise.all([1, 2, 3].map((x) => model.predict({ x })));
    expect(rows).toEqual([{ y: 2 }, { y: 4 }, { y: 6 }]);
    expect(transport.seen.map(({ values }) => values)).toEqual([[1, 2, 3]]);
  });

  it("fails a record that does not fit without its neighbours", async () => {
    const transport = createDoubleTransport();
    await using model = await createModel({ transport, model: "double", batchSize: 8 });
    const answers = await Promise.allSettled([
      model.predict({ x: 1 }),
      model.predict({ x: "two" }),
      model.predict({ x: 3 }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(answers[1]).toMatchObject({
      reason: { code: "encode", message: 'field "x": expected a number, found a string' },
    });
    expect(transport.seen.map(({ values }) => values)).toEqual([[1, 3]]);
  });

  it("P10: splits a poisoned batch until the culprit stands alone and repeats only that", async () => {
    const transport = createDoubleTransport();
    const clock = createVirtualClock();
    await using model = await createModel({
      transport,
      model: "double",
      ...fields,
      batchSize: 8,
      maxRetries: 1,
      clock,
    });
    const records = [1, 2, 3, 4, -5, 6, 7, 8].map((x) => model.predict({ x }));
    const settled = Promise.allSettled(records);
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(1000);
    const answers = await settled;
    expect(answers.map(({ status }) => status)).toEqual(
      [1, 2, 3, 4, -5, 6, 7, 8].map((x) => (x < 0 ? "rejected" : "fulfilled")),
    );
    const alone = transport.seen.filter(({ values }) => values.length === 1 && values[0] === -5);
    expect(alone.map(({ call }) => call.attempt)).toEqual([1, 2]);
    expect(transport.seen.length).toBeLessThanOrEqual(1 + 2 * Math.log2(8) + 1);
  });

  it("gives a record up when its signal aborts, and leaves its neighbours alone", async () => {
    const transport = createDoubleTransport();
    let open: () => void = () => undefined;
    transport.gate = () => new Promise((resolve) => (open = resolve));
    await using model = await createModel({ transport, model: "double", ...fields, batchSize: 2 });
    const controller = new AbortController();
    const given = model.predict({ x: 1 }, { signal: controller.signal });
    const kept = model.predict({ x: 2 });
    await new Promise((resolve) => setImmediate(resolve));
    const reason = new Error("no longer wanted");
    controller.abort(reason);
    await expect(given).rejects.toBe(reason);
    open();
    await expect(kept).resolves.toEqual({ y: 4 });
  });

  it("P8: aborts an exchange that nobody waits for any more", async () => {
    const transport = createDoubleTransport();
    transport.gate = ({ call }) =>
      new Promise((_, reject) => {
        call.signal.addEventListener("abort", () => reject(call.signal.reason));
      });
    await using model = await createModel({ transport, model: "double", ...fields });
    const controller = new AbortController();
    const answer = model.predict({ x: 1 }, { signal: controller.signal });
    await settleMicrotasks();
    controller.abort(new Error("gone"));
    await expect(answer).rejects.toThrow("gone");
    expect(transport.seen[0]?.call.signal.aborted).toBe(true);
  });
});

describe("predictAll", () => {
  it("keeps the order and loses nothing over many batches", async () => {
    const transport = createDoubleTransport();
    await using model = await createModel({ transport, model: "double", ...fields, batchSize: 32 });
    const rows = await collect(model.predictAll(numbers(1000)));
    expect(rows.map(({ y }) => y)).toEqual(Array.from({ length: 1000 }, (_, x) => 2 * x));
    expect(transport.seen.length).toBeLessThan(60);
  });

  it("P4: keeps the order although later records answer first, unless told otherwise", async () => {
    const run = async (ordered: boolean): Promise<number[]> => {
      const transport = createDoubleTransport();
      let openFirst: () => void = () => undefined;
      transport.gate = async ({ values }) => {
        if (values[0] === 0) await new Promise<void>((resolve) => (openFirst = resolve));
        if (values[0] === 2) openFirst();
      };
      await using model = await createModel({ transport, model: "double", ...fields });
      const rows = await collect(model.predictAll(numbers(3), { ordered }));
      return rows.map(({ y }) => y);
    };
    await expect(run(true)).resolves.toEqual([0, 2, 4]);
    await expect(run(false)).resolves.toEqual([2, 4, 0]);
  });

  it("puts the record in front of its row with join", async () => {
    await using model = await createModel({
      transport: createDoubleTransport(),
      model: "double",
      ...fields,
    });
    const rows = await collect(model.predictAll([{ x: 1, note: "kept" }], { join: true }));
    expect(rows).toEqual([{ x: 1, note: "kept", y: 2 }]);
  });

  it("P5: reads the source only as far as the window", async () => {
    const transport = createDoubleTransport();
    transport.gate = () => new Promise(() => undefined);
    const model = await createModel({ transport, model: "double", ...fields });
    let read = 0;
    const source = function* (): Generator<{ x: number }> {
      for (;;) yield { x: (read += 1) };
    };
    const rows = model.predictAll(source(), { window: 7 });
    const first = rows.next();
    await settleMicrotasks();
    expect(read).toBe(7);
    void first;
  });

  it("throws a failed record's error in its place and closes the source", async () => {
    await using model = await createModel({
      transport: createDoubleTransport(),
      model: "double",
      ...fields,
      maxRetries: 0,
    });
    let closed = false;
    const source = async function* (): AsyncGenerator<{ x: number }> {
      try {
        for (const x of [1, -2, 3]) yield { x };
        await new Promise(() => undefined);
      } finally {
        closed = true;
      }
    };
    const rows = model.predictAll(source());
    await expect(rows.next()).resolves.toMatchObject({ value: { y: 2 } });
    await expect(rows.next()).rejects.toMatchObject({ code: "server" });
    expect(closed).toBe(false);
    await expect(rows.next()).resolves.toMatchObject({ done: true });
  });

  it("leaves failed records out, hands them on, or gives the default row", async () => {
    const run = async (options: object): Promise<unknown[]> => {
      await using model = await createModel({
        transport: createDoubleTransport(),
        model: "double",
        ...fields,
        maxRetries: 0,
        ...options,
      });
      return collect(model.predictAll([{ x: 1 }, { x: -2 }, { x: 3 }]));
    };
    await expect(run({ onError: "skip" })).resolves.toEqual([{ y: 2 }, { y: 6 }]);
    await expect(run({ defaultValue: -1 })).resolves.toEqual([{ y: 2 }, { y: -1 }, { y: 6 }]);
    const letters: unknown[] = [];
    const onDeadLetter = (letter: unknown): void => void letters.push(letter);
    await expect(run({ onError: "dead-letter", onDeadLetter })).resolves.toHaveLength(2);
    expect(letters).toMatchObject([{ record: { x: -2 }, error: { code: "server" } }]);
  });

  it("settles every record exactly once, a fallback with its error", async () => {
    await using model = await createModel({
      transport: createDoubleTransport(),
      model: "double",
      ...fields,
      maxRetries: 0,
      batchSize: 4,
      defaultValue: { y: 0 },
    });
    const outcomes = await collect(model.settleAll([{ x: 1 }, { x: -1 }, { x: 2 }]));
    expect(outcomes).toMatchObject([
      { outcome: "ok", row: { y: 2 } },
      { outcome: "fallback", row: { y: 0 }, error: { code: "server" } },
      { outcome: "ok", row: { y: 4 } },
    ]);
  });

  it("rethrows the caller's abort as it is", async () => {
    const transport = createDoubleTransport();
    transport.gate = () => new Promise(() => undefined);
    const model = await createModel({ transport, model: "double", ...fields });
    const controller = new AbortController();
    const rows = model.predictAll(numbers(5), { signal: controller.signal });
    const next = rows.next();
    await settleMicrotasks();
    const reason = new Error("stop");
    controller.abort(reason);
    await expect(next).rejects.toBe(reason);
  });
});

describe("close", () => {
  it("P9: lets what is under way settle, refuses what comes after, and closes the transport", async () => {
    const transport = createDoubleTransport();
    let open: () => void = () => undefined;
    transport.gate = () => new Promise((resolve) => (open = resolve));
    const model = await createModel({ transport, model: "double", ...fields });
    const answer = model.predict({ x: 3 });
    const closing = model.close();
    await expect(model.predict({ x: 4 })).rejects.toMatchObject({ code: "closed" });
    expect(transport.closed).toBe(false);
    await settleMicrotasks();
    open();
    await expect(answer).resolves.toEqual({ y: 6 });
    await closing;
    expect(transport.closed).toBe(true);
    await model.close();
  });
});

describe("createModel", () => {
  it("refuses fields that the model does not have, all at once", async () => {
    const transport = createDoubleTransport();
    const made = createModel({
      transport,
      model: "double",
      inputs: { z: array(float32()) },
      outputs: { y: int32() },
    });
    await expect(made).rejects.toMatchObject({
      code: "options",
      issues: [
        { option: "inputs.z" },
        { option: "inputs.x" },
        { option: "outputs.y", problem: "expected FP32 as the model declares, found INT32" },
      ],
    });
    expect(transport.closed).toBe(true);
  });

  it("refuses a batch size above the model's", async () => {
    const made = createModel({
      transport: createDoubleTransport(),
      model: "double",
      batchSize: 65,
    });
    await expect(made).rejects.toThrow(
      'batchSize: expected at most 64 for model "double", found 65',
    );
  });

  it("refuses a default value that does not fit the outputs", async () => {
    const made = createModel({
      transport: createDoubleTransport(),
      model: "double",
      ...fields,
      defaultValue: "none",
    });
    await expect(made).rejects.toThrow(
      'defaultValue: field "y": expected a number, found a string',
    );
  });

  it("names the nearest option for a misspelt one", async () => {
    const misspelt = { transport: createDoubleTransport(), model: "double", batchSiez: 4 };
    await expect(createModel(misspelt)).rejects.toThrow('is it "batchSize"?');
  });
});
