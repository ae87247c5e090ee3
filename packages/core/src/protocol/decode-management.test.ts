import { describe, expect, test } from "vitest";
import { DecodeError } from "../errors/errors.ts";
import {
  decodeModelConfig,
  decodeModelStatistics,
  decodeRepositoryIndex,
} from "./decode-management.ts";
import { json, utf8 } from "./message.fixture.ts";

describe("a model configuration", () => {
  test("says what a client needs and keeps the rest", () => {
    const text = `{"name":"m","max_batch_size":8,"input":[{"name":"a"},{"name":"b","optional":true}],
      "sequence_batching":{"max_sequence_idle_microseconds":2000000},
      "dynamic_batching":{"priority_levels":3,"default_timeout":18446744073709551615},
      "model_transaction_policy":{"decoupled":true}}`;
    const config = decodeModelConfig(utf8(text));
    expect(config).toMatchObject({
      name: "m",
      maxBatchRows: 8,
      decoupled: true,
      priorityLevels: 3,
      optionalInputs: ["b"],
      sequence: { maxIdleUs: 2_000_000 },
    });
    expect(config.raw["dynamic_batching"]).toMatchObject({ default_timeout: 2n ** 64n - 1n });
  });

  test("may lack everything", () => {
    const { raw: _, ...facts } = decodeModelConfig(json({ name: "m" }));
    expect(facts).toEqual({
      name: "m",
      maxBatchRows: 0,
      decoupled: false,
      priorityLevels: 0,
      optionalInputs: [],
    });
    expect(decodeModelConfig(json({ sequence_batching: {} })).sequence).toEqual({});
  });

  test("is an object", () => {
    expect(() => decodeModelConfig(json([]))).toThrow(DecodeError);
  });
});

describe("statistics", () => {
  test("keep counters beyond 2^53 exact", () => {
    const text = `{"model_stats":[{"name":"m","version":"1","last_inference":1700000000000,
      "inference_count":5,"execution_count":3,"inference_stats":{
      "success":{"count":5,"ns":9007199254740993},"__proto__":{"count":1,"ns":2},"other":7}}]}`;
    const [model] = decodeModelStatistics(utf8(text));
    expect(model).toMatchObject({
      name: "m",
      version: "1",
      lastInferenceMs: 1_700_000_000_000n,
      inferenceCount: 5n,
      executionCount: 3n,
    });
    expect(model?.durations["success"]).toEqual({ count: 5n, ns: 9_007_199_254_740_993n });
    expect(Object.keys(model?.durations ?? {})).toEqual(["success", "__proto__"]);
  });

  test("of a model that never ran count 0", () => {
    expect(decodeModelStatistics(json({ model_stats: [{ name: "m" }] }))).toEqual([
      {
        name: "m",
        version: "",
        lastInferenceMs: 0n,
        inferenceCount: 0n,
        executionCount: 0n,
        durations: {},
      },
    ]);
  });

  test.each([{}, { model_stats: {} }, { model_stats: [1] }, []])("are not %j", (value) => {
    expect(() => decodeModelStatistics(json(value))).toThrow(DecodeError);
  });
});

describe("a repository index", () => {
  test("has what each server tells of its models", () => {
    const models = [
      { name: "a", version: "1", state: "UNAVAILABLE", reason: "unloaded" },
      { name: "b", state: "READY", reason: "" },
      { name: "never-loaded" },
    ];
    expect(decodeRepositoryIndex(json(models))).toEqual([
      models[0],
      { name: "b", state: "READY" },
      { name: "never-loaded" },
    ]);
  });

  test.each([{}, [1], null])("is not %j", (value) => {
    expect(() => decodeRepositoryIndex(json(value))).toThrow(DecodeError);
  });
});
