import {
  createTensor,
  type InferenceRequest,
  type SequencePosition,
} from "@nereid/core/transport-kit";
import { expect, it } from "vitest";
import { createVirtualClock } from "../virtual-clock.ts";
import { createModelHost, type ModelHost } from "./model-host.ts";
import { createStandardModels } from "./models.ts";

const never = new AbortController().signal;

/** A host whose turn ends when the test says so. */
function createManualHost(): { readonly host: ModelHost; readonly endTurn: () => void } {
  const callbacks: (() => void)[] = [];
  const host = createModelHost(createStandardModels(), {
    atEnd: (callback) => void callbacks.push(callback),
  });
  return {
    host,
    endTurn() {
      for (const callback of callbacks.splice(0)) callback();
    },
  };
}

const doubling = (id: string, ...values: number[]): InferenceRequest => ({
  model: { name: "poison" },
  id,
  inputs: [createTensor("IN", "FP32", [values.length, 1], Float32Array.from(values))],
});

it("executes together what arrives together", async () => {
  const { host, endTurn } = createManualHost();
  const answers = ["a", "b"].map((id) => host.infer(doubling(id, 1, 2), never));
  expect(host.ledger).toEqual([]);
  endTurn();
  await Promise.all(answers);
  expect(host.ledger).toEqual([{ model: "poison", version: "1", ids: ["a", "b"], rows: 4 }]);
});

it("lets a poisoned row fail its neighbours of the batch, and nobody of the next", async () => {
  const { host, endTurn } = createManualHost();
  const batch = [doubling("a", 1), doubling("b", -1)].map((one) => host.infer(one, never));
  const settled = Promise.allSettled(batch);
  endTurn();
  expect((await settled).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  const next = host.infer(doubling("c", 1), never);
  endTurn();
  expect((await next).outputs[0]?.data).toEqual(Float32Array.of(2));
  expect(host.failures("poison", "1")).toBe(2);
});

it("starts another batch where the rows would be more than the model's", async () => {
  const { host, endTurn } = createManualHost();
  const rows = Array.from({ length: 40 }, (_, row) => row);
  const answers = ["a", "b", "c"].map((id) =>
    host.infer(doubling(id, ...rows.slice(0, 30)), never),
  );
  endTurn();
  await Promise.all(answers);
  expect(host.ledger.map(({ ids, rows: count }) => [ids, count])).toEqual([
    [["a", "b"], 60],
    [["c"], 30],
  ]);
});

it("fails every request of a batch whose model throws", async () => {
  const host = createModelHost([
    {
      name: "broken",
      maxBatchRows: 0,
      inputs: [],
      outputs: [],
      execute: () => Promise.reject(new Error("out of order")),
    },
  ]);
  const answer = host.infer({ model: { name: "broken" }, inputs: [] }, never);
  await expect(answer).rejects.toMatchObject({ status: 500, message: "out of order" });
});

it("forgets a sequence that was quiet for longer than the model keeps it", async () => {
  const clock = createVirtualClock();
  const host = createModelHost(createStandardModels(), { clock });
  const step = async (position: Partial<SequencePosition>): Promise<unknown> => {
    const { outputs } = await host.infer(
      {
        model: { name: "accumulator" },
        inputs: [createTensor("X", "INT32", [1, 1], Int32Array.of(5))],
        sequence: { id: "s", start: false, end: false, ...position },
      },
      never,
    );
    return outputs[0]?.data;
  };
  expect(await step({ start: true })).toEqual(Int32Array.of(5));
  await clock.advance(2000);
  expect(await step({})).toEqual(Int32Array.of(10));
  await clock.advance(2001);
  await expect(step({})).rejects.toThrow("must specify the START flag");
  expect(await step({ start: true })).toEqual(Int32Array.of(5));
});

it("keeps what it received, refused requests too", async () => {
  const host = createModelHost(createStandardModels());
  const request = { model: { name: "nope" }, inputs: [] };
  await expect(host.infer(request, never)).rejects.toMatchObject({ status: 404 });
  expect(host.received).toEqual([request]);
  expect(host.ledger).toEqual([]);
});
