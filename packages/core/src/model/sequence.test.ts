import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createAccumulator, wireFaults, type AccumulatorTransport } from "./accumulator.fixture.ts";
import { createModel } from "./create-model.ts";
import type { Model } from "./model.ts";

interface Setup {
  readonly transport: AccumulatorTransport;
  readonly model: Model<Record<string, unknown>, Record<string, unknown>>;
}

async function setUp(options: object = {}): Promise<Setup> {
  const clock = createVirtualClock();
  const transport = createAccumulator(clock);
  const base = { transport, model: "accumulator", clock, maxRetries: 0 };
  return { transport, model: await createModel({ ...base, ...options }) };
}

describe("a sequence", () => {
  it("starts with its first step and ends with the one that says so", async () => {
    const { transport, model } = await setUp();
    await using conversation = model.sequence({ id: "talk" });
    expect(conversation.state).toBe("new");
    await expect(conversation.predict({ X: 5 })).resolves.toEqual({ SUM: 5, STEP: 1 });
    expect(conversation.state).toBe("open");
    await expect(conversation.predict({ X: 7 })).resolves.toEqual({ SUM: 12, STEP: 2 });
    await expect(conversation.predict({ X: 1 }, { end: true })).resolves.toMatchObject({ SUM: 13 });
    expect([conversation.state, conversation.steps]).toEqual(["ended", 3]);
    expect(transport.seen).toEqual([
      { id: "talk", start: true, end: false },
      { id: "talk", start: false, end: false },
      { id: "talk", start: false, end: true },
    ]);
  });

  it("has a random id of 63 bits of its own unless it is given one", async () => {
    const { model } = await setUp();
    const ids = [model.sequence().id, model.sequence().id];
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) {
      expect(id).toBeTypeOf("bigint");
      expect(BigInt(id) > 0n && BigInt(id) < 2n ** 63n).toBe(true);
    }
  });

  it("queues steps behind one another", async () => {
    const { transport, model } = await setUp();
    const conversation = model.sequence();
    const rows = await Promise.all([1, 2, 3, 4].map((X) => conversation.predict({ X })));
    expect(rows.map(({ SUM }) => SUM)).toEqual([1, 3, 6, 10]);
    expect(transport.seen.map(({ start }) => start)).toEqual([true, false, false, false]);
  });

  it("is lost with a step of unknown fate, and sends nothing any more", async () => {
    const { transport, model } = await setUp();
    const conversation = model.sequence();
    await conversation.predict({ X: 1 });
    transport.gate = async () => wireFaults["reset-after"];
    const steps = await Promise.allSettled([2, 3].map((X) => conversation.predict({ X })));
    expect(steps).toMatchObject([
      { reason: { code: "sequence", reason: "step-unknown", delivery: "unknown", steps: 1 } },
      { reason: { code: "sequence", reason: "step-unknown", delivery: "not-sent", steps: 1 } },
    ]);
    expect(conversation.state).toBe("lost");
    expect(transport.seen).toHaveLength(2);
  });
});

it("a record for a stateful model outside any sequence fails before it is sent", async () => {
  const { transport, model } = await setUp();
  await expect(model.predict({ X: 1 })).rejects.toMatchObject({ code: "sequence", reason: "none" });
  expect(transport.seen).toEqual([]);
});
