import { describe, expect, it, test } from "vitest";
import { DecodeError, DeadlineError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import { settleMicrotasks } from "../transport/virtual-clock.fixture.ts";
import { createAccumulatorModel, refused, wireFaults } from "./accumulator.fixture.ts";
import { doubleMetadata } from "./double.fixture.ts";

describe("a sequence", () => {
  it("starts with its first step and ends with the one that says so", async () => {
    const { transport, model } = await createAccumulatorModel();
    await using conversation = model.sequence({ id: "talk" });
    expect(conversation.state).toBe("new");
    await expect(conversation.predict({ X: 5 })).resolves.toMatchObject({ SUM: 5, STEP: 1 });
    expect(conversation.state).toBe("open");
    await expect(conversation.predict({ X: 7 })).resolves.toMatchObject({ SUM: 12, STEP: 2 });
    await expect(conversation.predict({ X: 1 }, { end: true })).resolves.toMatchObject({ SUM: 13 });
    expect([conversation.state, conversation.steps]).toEqual(["ended", 3]);
    expect(transport.seen).toEqual([
      { id: "talk", start: true, end: false },
      { id: "talk", start: false, end: false },
      { id: "talk", start: false, end: true },
    ]);
    await expect(conversation.predict({ X: 1 })).rejects.toMatchObject({
      code: "sequence",
      reason: "ended",
      delivery: "not-sent",
    });
  });

  it("has a random id of 63 bits of its own unless it is given one", async () => {
    const { model } = await createAccumulatorModel();
    const ids = [model.sequence().id, model.sequence().id];
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) {
      expect(id).toBeTypeOf("bigint");
      expect(BigInt(id) > 0n && BigInt(id) < 2n ** 63n).toBe(true);
    }
  });

  it("queues steps behind one another, beside those of other sequences", async () => {
    const { transport, model } = await createAccumulatorModel();
    const [left, right] = [model.sequence(), model.sequence()];
    const rows = await Promise.all(
      [1, 2, 3].flatMap((X) => [left.predict({ X }), right.predict({ X: 10 * X })]),
    );
    expect(rows.map(({ SUM }) => SUM)).toEqual([1, 10, 3, 30, 6, 60]);
    expect(transport.seen.map(({ start }) => start)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it("goes on without a record that does not fit, although that was the first", async () => {
    const { transport, model } = await createAccumulatorModel();
    const conversation = model.sequence();
    const steps = [{ X: "one" }, { X: 2 }, {}, { X: 3 }].map((one) => conversation.predict(one));
    expect(await Promise.allSettled(steps)).toMatchObject([
      { reason: { code: "encode" } },
      { value: { SUM: 2, STEP: 1 } },
      { reason: { code: "encode" } },
      { value: { SUM: 5, STEP: 2 } },
    ]);
    expect(transport.seen.map(({ start }) => start)).toEqual([true, false]);
  });

  it.each([
    ["was never sent", wireFaults["not-sent"].error],
    ["was refused for its input", wireFaults.refused.error],
    ["came to a full queue", refused("Exceeds maximum queue size", 503)],
    ["came to a server that asks for less", refused("slow down", 429)],
    ["came without a right to it", refused("no", 403)],
  ])("goes on after a step that %s", async (_what, error) => {
    const { transport, model } = await createAccumulatorModel();
    const conversation = model.sequence();
    await conversation.predict({ X: 1 });
    transport.gate = async () => ({ error, applied: false });
    await expect(conversation.predict({ X: 2 })).rejects.toBe(error);
    transport.gate = async () => undefined;
    await expect(conversation.predict({ X: 3 })).resolves.toMatchObject({ SUM: 4, STEP: 2 });
  });

  const lossReasons: readonly (readonly [string, string, InferenceError])[] = [
    ["left without an answer", "step-unknown", wireFaults["reset-after"].error],
    ["made the model raise", "step-unknown", wireFaults.raised.error],
    ["a proxy answered", "step-unknown", refused("bad gateway", 502)],
    ["Triton cancelled", "step-unknown", refused("")],
    ["met no model", "forgotten", refused("Request for unknown model: 'x'")],
    [
      "ran out of time",
      "step-unknown",
      new DeadlineError("late", { bound: "call", delivery: "unknown" }),
    ],
    ["was answered with nonsense", "output-lost", new DecodeError("nonsense")],
  ];

  it.each(lossReasons)("is lost with a step that %s", async (_what, reason, error) => {
    const { transport, model } = await createAccumulatorModel();
    const conversation = model.sequence();
    await conversation.predict({ X: 1 });
    transport.gate = async () => ({ error, applied: true });
    const steps = await Promise.allSettled([2, 3].map((X) => conversation.predict({ X })));
    const facts = { code: "sequence", reason, steps: 1, retryable: false };
    expect(steps).toMatchObject([
      { reason: { ...facts, delivery: error.delivery, cause: error } },
      { reason: { ...facts, delivery: "not-sent" } },
    ]);
    expect(conversation.state).toBe("lost");
    expect(transport.seen).toHaveLength(2);
  });

  it("is lost when the server has forgotten it, and never starts again by itself", async () => {
    const { transport, model } = await createAccumulatorModel();
    const conversation = model.sequence();
    await conversation.predict({ X: 1 });
    transport.forget();
    await expect(conversation.predict({ X: 2 })).rejects.toMatchObject({ reason: "forgotten" });
    await expect(conversation.predict({ X: 3 })).rejects.toMatchObject({ reason: "forgotten" });
    expect(transport.seen.map(({ start }) => start)).toEqual([true, false]);
  });

  it("is not lost when its model is missing before it began", async () => {
    const { transport, model } = await createAccumulatorModel();
    const conversation = model.sequence();
    const error = refused("Request for unknown model: 'accumulator'");
    transport.gate = async () => ({ error, applied: false });
    await expect(conversation.predict({ X: 1 })).rejects.toBe(error);
    expect(conversation.state).toBe("new");
  });

  it("repeats a step that was not sent under the same place, and no other step", async () => {
    const { clock, transport, model } = await createAccumulatorModel({ maxRetries: 3 });
    const faults = ["not-sent", undefined, "reset-before"] as const;
    let requests = 0;
    transport.gate = async () => {
      const fault = faults[requests];
      requests += 1;
      return fault === undefined ? undefined : { ...wireFaults[fault] };
    };
    const conversation = model.sequence({ id: 7n });
    const steps = Promise.allSettled([1, 2].map((X) => conversation.predict({ X })));
    await clock.advance(10_000);
    expect(await steps).toMatchObject([
      { value: { SUM: 1, STEP: 1 } },
      { reason: { reason: "step-unknown" } },
    ]);
    expect(transport.seen).toEqual([
      { id: 7n, start: true, end: false },
      { id: 7n, start: true, end: false },
      { id: 7n, start: false, end: false },
    ]);
  });
});

test("a sequence of one step is repeated no more than a longer one", async () => {
  const { clock, transport, model } = await createAccumulatorModel({ maxRetries: 3 });
  transport.gate = async () => wireFaults["reset-after"];
  const step = model.sequence({ id: "one" }).predict({ X: 1 }, { end: true });
  const outcome = expect(step).rejects.toMatchObject({ reason: "step-unknown" });
  await clock.advance(10_000);
  await outcome;
  expect(transport.applied.get("one")).toEqual([[1]]);
});

describe("aborting a step", () => {
  it("that waits leaves the sequence as it is", async () => {
    const { clock, transport, model } = await createAccumulatorModel();
    transport.gate = () =>
      new Promise((resolve) => void clock.setTimer(() => resolve(undefined), 5));
    const conversation = model.sequence();
    const controller = new AbortController();
    const { signal } = controller;
    const steps = Promise.allSettled([
      conversation.predict({ X: 1 }),
      conversation.predict({ X: 2 }, { signal }),
      conversation.predict({ X: 3 }),
    ]);
    controller.abort(new Error("mine"));
    await clock.advance(50);
    expect(await steps).toMatchObject([
      { value: { SUM: 1 } },
      { reason: new Error("mine") },
      { value: { SUM: 4, STEP: 2 } },
    ]);
  });

  it("that has left loses the sequence, for it may have been applied", async () => {
    const { clock, transport, model } = await createAccumulatorModel();
    transport.gate = () => new Promise(() => undefined);
    const conversation = model.sequence();
    const controller = new AbortController();
    const steps = Promise.allSettled([
      conversation.predict({ X: 1 }, { signal: controller.signal }),
      conversation.predict({ X: 2 }),
    ]);
    await settleMicrotasks();
    controller.abort(new Error("mine"));
    await clock.advance(0);
    expect(await steps).toMatchObject([
      { reason: new Error("mine") },
      { reason: { code: "sequence", reason: "step-unknown" } },
    ]);
    expect(transport.seen).toHaveLength(1);
  });
});

describe("an id", () => {
  it.each(["", "x".repeat(129), 0n, 2n ** 64n])(
    "that no server takes is refused (%#)",
    async (id) => {
      const { model } = await createAccumulatorModel();
      expect(() => model.sequence({ id })).toThrow("expected an id of 1 to 128 bytes");
    },
  );

  it("that is open already is refused until its sequence is closed", async () => {
    const { model } = await createAccumulatorModel();
    const first = model.sequence({ id: "a" });
    expect(() => model.sequence({ id: "a" })).toThrow("expected an id of its own");
    await first.close();
    expect(model.sequence({ id: "a" }).state).toBe("new");
  });
});

test("a record for a stateful model outside any sequence fails before it is sent", async () => {
  const { transport, model } = await createAccumulatorModel();
  await expect(model.predict({ X: 1 })).rejects.toMatchObject({ code: "sequence", reason: "none" });
  expect(transport.seen).toEqual([]);
});

test("a stateless model has no sequences", async () => {
  const { model } = await createAccumulatorModel({}, doubleMetadata);
  expect(() => model.sequence()).toThrow('expected a stateful model, found "accumulator"');
});
