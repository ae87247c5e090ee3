import { describe, expect, it } from "vitest";
import { float32 } from "../record/fields.ts";
import { settleMicrotasks } from "../transport/virtual-clock.fixture.ts";
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

  it.each(["sync", "async"])(
    "closes its %s source when the model is closed below it",
    async (kind) => {
      const model = await createModel({
        transport: createDoubleTransport(),
        model: "double",
        ...fields,
      });
      let isClosed = false;
      const sync = function* (): Generator<{ x: number }> {
        try {
          for (;;) yield { x: 1 };
        } finally {
          isClosed = true;
        }
      };
      const async = async function* (): AsyncGenerator<{ x: number }> {
        yield* sync();
      };
      const rows = model.predictAll(kind === "sync" ? sync() : async());
      await rows.next();
      await model.close();
      await expect(collect(rows)).rejects.toMatchObject({ code: "closed" });
      expect(isClosed).toBe(true);
    },
  );

  it("has a window however many exchanges may be under way", async () => {
    const transport = createDoubleTransport();
    const maxInFlight = Number.MAX_SAFE_INTEGER;
    await using model = await createModel({
      transport,
      model: "double",
      maxInFlight,
      batchSize: 4,
    });
    await expect(collect(model.predictAll(numbers(3)))).resolves.toHaveLength(3);
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
