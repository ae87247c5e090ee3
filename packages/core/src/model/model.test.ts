import { describe, expect, it } from "vitest";
import { float32 } from "../record/fields.ts";
import { createVirtualClock, settleMicrotasks } from "../transport/virtual-clock.fixture.ts";
import { createModel } from "./create-model.ts";
import { createDoubleTransport } from "./double.fixture.ts";

const fields = { inputs: { x: float32() }, outputs: { y: float32() } };

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
