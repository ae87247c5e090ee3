import { describe, expect, it } from "vitest";
import type { DeadLetter } from "../flow/dead-letter.ts";
import { float32 } from "../record/fields.ts";
import { createVirtualClock, settleMicrotasks } from "../transport/virtual-clock.fixture.ts";
import { createModel } from "./create-model.ts";
import { createDoubleTransport } from "./double.fixture.ts";

type Letter = DeadLetter<{ readonly x: number }>;
type Post = (letter: Letter) => void | Promise<void>;

const nowhere: Post = () => undefined;

/** A model whose negative records fail, and whose failures go to `onDeadLetter`. */
function setUp(onDeadLetter: Post, options: object = {}) {
  const transport = createDoubleTransport();
  const model = createModel({
    transport,
    model: "double",
    inputs: { x: float32() },
    outputs: { y: float32() },
    maxRetries: 0,
    batchSize: 4,
    endOfTurn: queueMicrotask,
    onError: "dead-letter",
    onDeadLetter,
    wallClock: () => 1_700_000_000_000,
    ...options,
  });
  return { transport, model };
}

const records = (...values: readonly number[]): { x: number }[] => values.map((x) => ({ x }));

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe("a dead letter", () => {
  it("without a time fails its record, and leaves nothing waiting", async () => {
    const { model } = setUp(nowhere, {
      wallClock: () => {
        throw new Error("no time");
      },
    });
    await using opened = await model;
    const [settled] = await collect(opened.settleAll(records(-1)));
    expect(settled).toMatchObject({ outcome: "failed", error: { code: "dead-letter" } });
  });

  it("tells the record, the error, the attempts with those of its batches, and the time", async () => {
    const letters: Letter[] = [];
    const { model } = setUp((letter) => void letters.push(letter));
    await using opened = await model;
    await expect(collect(opened.predictAll(records(1, -2, 3, 4)))).resolves.toHaveLength(3);
    expect(letters).toMatchObject([
      // In the batch of four, in its half, and alone.
      { record: { x: -2 }, error: { code: "server" }, attempts: 3, timeMs: 1_700_000_000_000 },
    ]);
  });

  it("counts the retries of a lone record", async () => {
    const letters: Letter[] = [];
    const clock = createVirtualClock();
    const { model } = setUp((letter) => void letters.push(letter), { maxRetries: 2, clock });
    await using opened = await model;
    const rows = collect(opened.predictAll(records(-2)));
    await clock.advance(10_000);
    await expect(rows).resolves.toEqual([]);
    expect(letters).toMatchObject([{ attempts: 3 }]);
  });

  it("counts no attempt for a record that never fitted", async () => {
    const letters: Letter[] = [];
    const { model } = setUp((letter) => void letters.push(letter));
    await using opened = await model;
    const wrong: { x: number } = JSON.parse('{"x":"text"}');
    await collect(opened.predictAll([wrong]));
    expect(letters).toMatchObject([{ error: { code: "encode" }, attempts: 0 }]);
  });

  it("P2: is durable before its record settles, and the source waits meanwhile", async () => {
    let keep: () => void = () => undefined;
    const { model } = setUp(() => new Promise((resolve) => (keep = resolve)));
    await using opened = await model;
    let read = 0;
    const source = function* (): Generator<{ x: number }> {
      for (const x of [-1, 2, 3, 4, 5, 6]) {
        read += 1;
        yield { x };
      }
    };
    const outcomes = opened.settleAll(source(), { window: 3 });
    let settled = false;
    const first = outcomes.next().then((step) => {
      settled = true;
      return step;
    });
    await settleMicrotasks();
    expect({ settled, read }).toEqual({ settled: false, read: 3 });
    keep();
    await expect(first).resolves.toMatchObject({ value: { outcome: "failed", record: { x: -1 } } });
    await expect(collect(outcomes)).resolves.toHaveLength(5);
  });

  it("is awaited by close", async () => {
    let keep: () => void = () => undefined;
    const { model } = setUp(() => new Promise((resolve) => (keep = resolve)));
    const opened = await model;
    const failed = expect(opened.predict({ x: -1 })).rejects.toMatchObject({ code: "server" });
    await settleMicrotasks();
    let closed = false;
    const closing = opened.close().then(() => (closed = true));
    await settleMicrotasks();
    expect(closed).toBe(false);
    keep();
    await closing;
    await failed;
  });

  it("is not written for a record that its caller gave up", async () => {
    const letters: Letter[] = [];
    const { model, transport } = setUp((letter) => void letters.push(letter));
    await using opened = await model;
    let answer: () => void = () => undefined;
    transport.gate = () => new Promise((resolve) => (answer = resolve));
    const controller = new AbortController();
    const given = opened.predict({ x: -1 }, { signal: controller.signal });
    await settleMicrotasks();
    controller.abort(new Error("stop"));
    await expect(given).rejects.toThrow("stop");
    answer();
    await settleMicrotasks();
    expect(letters).toEqual([]);
  });
});

describe("a sink that fails", () => {
  const full = new Error("no space left");
  const failures: readonly [string, Post][] = [
    [
      "throws",
      () => {
        throw full;
      },
    ],
    ["rejects", () => Promise.reject(full)],
  ];

  it.each(failures)(
    "and %s fails its record, with both errors, and no other",
    async (_how, post) => {
      const { model } = setUp(post);
      await using opened = await model;
      const outcomes = await collect(opened.settleAll(records(1, -2, 3)));
      expect(outcomes.map(({ outcome }) => outcome)).toEqual(["ok", "failed", "ok"]);
      expect(outcomes[1]).toMatchObject({
        record: { x: -2 },
        error: {
          code: "dead-letter",
          delivery: "answered",
          cause: full,
          recordError: { code: "server" },
        },
      });
    },
  );

  it("ends a stream of rows, for the record would be nowhere", async () => {
    const { model } = setUp(() => Promise.reject(full));
    await using opened = await model;
    const rows = collect(opened.predictAll(records(1, -2, 3)));
    await expect(rows).rejects.toMatchObject({ code: "dead-letter", cause: full });
  });
});

describe("what on-error does to a single prediction", () => {
  it.each(["fail", "skip", "dead-letter"])(
    "%s throws, for the caller needs an answer",
    async (onError) => {
      const { model } = setUp(nowhere, { onError });
      await using opened = await model;
      await expect(opened.predict({ x: -1 })).rejects.toMatchObject({ code: "server" });
    },
  );

  it("default gives a row of its own to each", async () => {
    const { model } = setUp(nowhere, { onError: "default", defaultValue: -1 });
    await using opened = await model;
    const [first, second] = await Promise.all([
      opened.predict({ x: -1 }),
      opened.predict({ x: -2 }),
    ]);
    expect(first).toEqual({ y: -1 });
    expect(second).toEqual(first);
    expect(second).not.toBe(first);
  });
});

it("refuses dead-letter without anyone to take the letters, when the model is made", async () => {
  const transport = createDoubleTransport();
  const made = createModel({ transport, model: "double", onError: "dead-letter" });
  await expect(made).rejects.toThrow(
    "onError: expected an onDeadLetter with dead-letter, found none",
  );
  expect(transport.closed).toBe(true);
});
