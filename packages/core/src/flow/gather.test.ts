import { describe, expect, test } from "vitest";
import { createModel } from "../model/create-model.ts";
import { createDoubleTransport, type DoubleTransport } from "../model/double.fixture.ts";
import type { Model } from "../model/model.ts";
import {
  createVirtualClock,
  settleMicrotasks,
  type VirtualClock,
} from "../transport/virtual-clock.fixture.ts";

interface Setup {
  readonly model: Model<object, object>;
  readonly transport: DoubleTransport;
  readonly clock: VirtualClock;
  /** Ends the turn of the event loop. */
  readonly endTurn: () => Promise<void>;
  /** Lets the oldest exchange that waits be answered. */
  readonly answer: () => Promise<void>;
  readonly batches: () => readonly (readonly number[])[];
}

async function setUp(
  options: { batchSize?: number; batchTimeout?: number; maxInFlight?: number } = {},
): Promise<Setup> {
  const transport = createDoubleTransport();
  const clock = createVirtualClock();
  const turns: (() => void)[] = [];
  const gates: (() => void)[] = [];
  transport.gate = () => new Promise((resolve) => gates.push(resolve));
  const model = await createModel({
    transport,
    model: "double",
    batchSize: 4,
    maxInFlight: 1,
    timeout: "1h",
    clock,
    endOfTurn: (callback) => turns.push(callback),
    ...options,
  });
  return {
    model,
    transport,
    clock,
    batches: () => transport.seen.map(({ values }) => values),
    async endTurn() {
      for (const turn of turns.splice(0)) turn();
      await settleMicrotasks();
    },
    async answer() {
      gates.shift()?.();
      await settleMicrotasks();
    },
  };
}

function send(model: Model<object, object>, ...values: readonly number[]): Promise<object[]> {
  return Promise.all(values.map((x) => model.predict({ x })));
}

describe("natural batching", () => {
  test("sends what arrived in one turn at its end, not before", async () => {
    const { model, endTurn, answer, batches } = await setUp();
    const rows = send(model, 1, 2);
    await settleMicrotasks();
    expect(batches()).toEqual([]);
    await endTurn();
    expect(batches()).toEqual([[1, 2]]);
    await answer();
    expect(await rows).toEqual([{ y: 2 }, { y: 4 }]);
  });

  test("sends a full batch at once", async () => {
    const { model, answer, batches } = await setUp();
    const rows = send(model, 1, 2, 3, 4);
    await settleMicrotasks();
    expect(batches()).toEqual([[1, 2, 3, 4]]);
    await answer();
    await rows;
  });

  test("collects while no slot is free and sends when one comes back", async () => {
    const { model, endTurn, answer, batches } = await setUp();
    const rows = [send(model, 1)];
    await endTurn();
    rows.push(send(model, 2));
    await endTurn();
    rows.push(send(model, 3));
    await endTurn();
    expect(batches()).toEqual([[1]]);
    await answer();
    await endTurn();
    expect(batches()).toEqual([[1], [2, 3]]);
    await answer();
    expect(await Promise.all(rows)).toEqual([[{ y: 2 }], [{ y: 4 }], [{ y: 6 }]]);
  });

  test("waits for the batch timeout where one was asked for, and for no longer", async () => {
    const { model, endTurn, answer, clock, batches } = await setUp({ batchTimeout: 50 });
    const rows = [send(model, 1)];
    await endTurn();
    await clock.advance(49);
    rows.push(send(model, 2));
    await endTurn();
    expect(batches()).toEqual([]);
    await clock.advance(1);
    expect(batches()).toEqual([[1, 2]]);
    await answer();
    await Promise.all(rows);
  });

  test("waits for nothing more after a flush, also when no slot was free", async () => {
    const { model, endTurn, answer, batches } = await setUp({ batchTimeout: 50, batchSize: 2 });
    const flow = model.flow({ window: 8 }, () => undefined);
    for (const x of [1, 2, 3]) flow.push({ x });
    await settleMicrotasks();
    flow.flush();
    expect(batches()).toEqual([[1, 2]]);
    await answer();
    await endTurn();
    expect(batches()).toEqual([[1, 2], [3]]);
    await answer();
    expect(flow.shift()).toMatchObject({ outcome: "ok", row: { y: 2 } });
    flow.close();
  });

  test("drains what is queued when it closes, then refuses", async () => {
    const { model, endTurn, answer, transport } = await setUp({ batchTimeout: 50 });
    const rows = send(model, 1, 2);
    await endTurn();
    const closed = model.close();
    await settleMicrotasks();
    expect(transport.closed).toBe(false);
    await answer();
    await closed;
    expect(await rows).toEqual([{ y: 2 }, { y: 4 }]);
    await expect(model.predict({ x: 3 })).rejects.toThrow("expected it open, found it closed");
  });
});
