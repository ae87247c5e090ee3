import { createModel, float32 } from "@nereid/core";
import { createTensor } from "@nereid/core/transport-kit";
import { expect, it } from "vitest";
import { createMemoryTransport } from "../server/memory-transport.ts";
import type { ModelRequest, ServerModel } from "../server/server-model.ts";
import { createOracle, requestIds, type Oracle } from "./oracle.ts";

const doubling: ServerModel = {
  name: "double",
  maxBatchRows: 4,
  inputs: [{ name: "IN", datatype: "FP32", shape: [1] }],
  outputs: [{ name: "OUT", datatype: "FP32", shape: [1] }],
  execute: (requests) =>
    requests.map((request) => {
      const values = valuesOf(request);
      if (values.some((value) => value < 0)) return { error: "below zero" };
      const doubled = Float32Array.from(values, (value) => value * 2);
      return [createTensor("OUT", "FP32", [values.length, 1], doubled)];
    }),
};

function valuesOf({ inputs }: ModelRequest): readonly number[] {
  const tensor = inputs.get("IN");
  return tensor?.datatype === "FP32" ? [...tensor.data] : [];
}

const predict = async (oracle: Oracle<number>, value: number): Promise<unknown> => {
  const transport = createMemoryTransport({ models: [oracle.model] });
  await using model = await createModel({
    transport,
    model: "double",
    inputs: { IN: float32() },
    outputs: { OUT: float32() },
    maxRetries: 0,
  });
  return model.predict({ IN: value }).catch(() => "failed");
};

it("counts how often each key took effect", async () => {
  const oracle = createOracle({ model: doubling, keysOf: valuesOf });
  expect(await predict(oracle, 1)).toEqual({ OUT: 2 });
  await predict(oracle, 1);
  await predict(oracle, 2);
  expect([...oracle.effects]).toEqual([
    [1, 2],
    [2, 1],
  ]);
  expect(oracle.repeated()).toEqual([1]);
  oracle.reset();
  expect(oracle.effects.size).toBe(0);
});

it("does not count what the model refused", async () => {
  const oracle = createOracle({ model: doubling, keysOf: valuesOf });
  expect(await predict(oracle, -1)).toBe("failed");
  expect(oracle.effects.size).toBe(0);
});

it("goes by the ids of requests where asked to", () => {
  const request = { id: "a" } as const;
  const rest = {
    inputs: new Map(),
    rows: 1,
    sequence: undefined,
    parameters: {},
    version: "1",
    signal: new AbortController().signal,
  };
  expect(requestIds({ ...rest, ...request })).toEqual(["a"]);
  expect(requestIds({ ...rest, id: undefined })).toEqual([]);
});
