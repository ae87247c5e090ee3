import { describe, expect, it } from "vitest";
import { ServerError } from "../errors/errors.ts";
import { createVirtualClock, settleMicrotasks } from "../transport/virtual-clock.fixture.ts";
import { createModel } from "./create-model.ts";
import { createDoubleTransport, doubleMetadata, type DoubleTransport } from "./double.fixture.ts";

/** A model that takes a millisecond, on a clock that moves only when told. */
async function setUp(options: object = {}, transport: DoubleTransport = createDoubleTransport()) {
  const clock = createVirtualClock();
  const gate = transport.gate;
  transport.gate = async (seen) => {
    await new Promise<void>((resolve) => clock.setTimer(resolve, 1));
    await gate(seen);
  };
  const base = { transport, model: "double", batchSize: "auto", timeout: "1h", clock } as const;
  const model = await createModel({ ...base, ...options });
  const all = async (count: number): Promise<unknown[]> => {
    const records = Array.from({ length: count }, (_, x) => ({ x }));
    const rows: unknown[] = [];
    const reading = (async () => {
      for await (const row of model.predictAll(records)) rows.push(row);
    })();
    for (let ms = 0; rows.length < count && ms < 5000; ms += 5) await clock.advance(5);
    await reading;
    return rows;
  };
  const sizes = (): number[] => transport.seen.map(({ values }) => values.length);
  return { clock, transport, model, all, sizes };
}

describe("a model with a batch size of auto", () => {
  it("sends a lone record at once, without a timer for it", async () => {
    const { clock, model, sizes } = await setUp();
    const row = model.predict({ x: 3 });
    await settleMicrotasks();
    expect(sizes()).toEqual([1]);
    // The deadline and the answer.
    expect(clock.timers).toBe(2);
    await clock.advance(1);
    await expect(row).resolves.toEqual({ y: 6 });
  });

  it("grows to what the model takes under load, every row in its place", async () => {
    const { all, sizes } = await setUp();
    const rows = await all(5000);
    expect(rows).toEqual(Array.from({ length: 5000 }, (_, x) => ({ y: x * 2 })));
    expect(Math.max(...sizes())).toBe(64);
    expect(sizes()[0]).toBeLessThanOrEqual(16);
  });

  it("keeps to batch-bytes and to max-in-flight", async () => {
    let underWay = 0;
    let most = 0;
    const transport = createDoubleTransport();
    const infer = transport.infer.bind(transport);
    transport.infer = async (request, call) => {
      underWay += 1;
      most = Math.max(most, underWay);
      return infer(request, call).finally(() => {
        underWay -= 1;
      });
    };
    const { all, sizes } = await setUp({ batchBytes: 40, maxInFlight: 2 }, transport);
    await all(1000);
    expect(Math.max(...sizes())).toBe(10);
    expect(most).toBeLessThanOrEqual(2);
  });

  it("does not ask again for more than a server took that had not told its limit", async () => {
    const { maxBatchRows: _, ...silent } = doubleMetadata;
    const transport = createDoubleTransport(silent);
    transport.gate = async ({ values }) => {
      if (values.length <= 16) return;
      const serverText = "inference request batch-size must be <= 16 for 'double'";
      throw new ServerError("refused", { outcome: "rejected", status: 400, serverText });
    };
    const { all, sizes } = await setUp({ batchDimension: true }, transport);
    expect(await all(2000)).toHaveLength(2000);
    expect(sizes().filter((rows) => rows > 16).length).toBeLessThanOrEqual(2);
    expect(sizes().at(-5)).toBe(16);
  });

  it("sends single rows to a model without a batch dimension", async () => {
    const transport = createDoubleTransport({
      ...doubleMetadata,
      maxBatchRows: 0,
      inputs: [{ name: "x", datatype: "FP32", shape: [1] }],
      outputs: [{ name: "y", datatype: "FP32", shape: [1] }],
    });
    const { all, sizes } = await setUp({}, transport);
    expect(await all(50)).toHaveLength(50);
    expect(new Set(sizes())).toEqual(new Set([1]));
  });
});
