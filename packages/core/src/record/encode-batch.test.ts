import { describe, expect, test } from "vitest";
import type { Datatype } from "../tensor/arrays.ts";
import type { Field } from "./field.ts";
import {
  array,
  bool,
  bytes,
  float32,
  int16,
  int32,
  int64,
  int8,
  nullable,
  string,
  uint64,
  uint8,
} from "./fields.ts";
import { messageOf, metadataOf, planOf } from "./record.fixture.ts";
import { elementsOf, send } from "./send.fixture.ts";

const misfits: readonly (readonly [string, Field, Datatype, unknown, string])[] = [
  [
    "200 in INT8",
    int8(),
    "INT8",
    200,
    "an integer from -128 to 127, found an integer out of range",
  ],
  ["-1 in UINT8", uint8(), "UINT8", -1, "an integer from 0 to 255, found an integer out of range"],
  [
    "1.5 in INT32",
    int32(),
    "INT32",
    1.5,
    "an integer from -2147483648 to 2147483647, found a number with a fraction",
  ],
  ["NaN in INT16", int16(), "INT16", Number.NaN, "an integer from -32768 to 32767, found NaN"],
  [
    "2^63 in INT64",
    int64(),
    "INT64",
    2n ** 63n,
    "an integer from -9223372036854775808 to 9223372036854775807, found a bigint",
  ],
  [
    "-1 in UINT64",
    uint64(),
    "UINT64",
    -1n,
    "an integer from 0 to 18446744073709551615, found a bigint",
  ],
  [
    "2^53 as a number",
    int64(),
    "INT64",
    2 ** 53,
    "an integer from -9223372036854775808 to 9223372036854775807, found an integer out of range",
  ],
  [
    "200 in INT8 widened",
    int8(),
    "INT64",
    200,
    "an integer from -128 to 127, found an integer out of range",
  ],
  ["text in FP32", float32(), "FP32", "1", "a number, found a string"],
  ["1 in BOOL", bool(), "BOOL", 1, "true or false, found an integer out of range"],
  ["a lone surrogate", string(), "BYTES", "a\ud800", "well-formed text, found a lone surrogate"],
  ["text in bytes", bytes(), "BYTES", "a", "a Uint8Array, found a string"],
];

describe("a value that does not fit", () => {
  test.each(misfits)("%s is refused and nothing wraps", (_, field, datatype, value, problem) => {
    const { errors, values } = send(field, datatype, [value]);
    expect(errors).toEqual([`field "x": expected ${problem}`]);
    expect(values).toEqual([]);
  });

  test.each([
    ["fixed", int8(), "INT8", [1, 300, 3], [1, 3]],
    ["64 bits", int64(), "INT64", [1n, 2n ** 64n, 3n], [1n, 3n]],
    ["text", string(), "BYTES", ["a", 5, "c"], ["a", "c"]],
  ] as const)("fails alone in the middle of a batch of %s", (_, field, datatype, sent, kept) => {
    const { accepted, values, tensors, errors } = send(field, datatype, sent);
    expect(accepted).toEqual([0, 2]);
    expect(errors).toHaveLength(1);
    expect(values).toEqual(kept);
    expect(tensors[0]?.shape).toEqual([2, 1]);
  });

  test("takes back what the columns before it have written", () => {
    const metadata = metadataOf({ a: "FP32", b: "BYTES", c: "INT8" }, { a: [2], b: [-1] });
    const plan = planOf(metadata, { a: array(float32()), b: array(string()), c: int8() });
    const records = [
      { a: [1, 2], b: ["p", "q"], c: 1 },
      { a: [3, 4], b: ["r", "s"], c: 999 },
      { a: [5, 6], b: ["t", "u"], c: 3 },
    ];
    const { tensors, accepted } = plan.inputs.encode(records.map(plan.inputs.measure));
    expect(accepted).toEqual([0, 2]);
    expect(tensors.map(elementsOf)).toEqual([
      [1, 2, 5, 6],
      ["p", "q", "t", "u"],
      [1, 3],
    ]);
  });

  test("is told of a list where one value belongs, whatever its length", () => {
    const plan = planOf(metadataOf({ x: "FP32" }), { x: float32() });
    const records: readonly unknown[] = [{ x: [1, 2] }, { x: [] }, { x: 3 }];
    const measured = records.map((record) => plan.inputs.measure(record as { x: number }));
    const { accepted, rejected } = plan.inputs.encode(measured);
    expect(accepted).toEqual([2]);
    const problem = 'field "x": expected a number, found a list';
    expect(rejected.map(({ error }) => error.message)).toEqual([problem, problem]);
  });

  test("is told when a getter throws, when measured and when written", () => {
    const plan = planOf(metadataOf({ x: "FP32" }), { x: float32() });
    const angry = {
      get x(): number {
        throw new Error("no");
      },
    };
    const problem = "record: expected fields that can be read, found one that throws";
    expect(messageOf(() => plan.inputs.measure(angry))).toBe(problem);
    const good = plan.inputs.measure({ x: 1 });
    const { accepted, rejected } = plan.inputs.encode([{ ...good, record: angry }, good]);
    expect(accepted).toEqual([1]);
    expect(rejected.map(({ index, error }) => [index, error.message])).toEqual([[0, problem]]);
  });
});

describe("a record that does not fit", () => {
  const lists = planOf(metadataOf({ x: "FP32" }, { x: [-1, 2] }), { x: array(array(float32())) });
  test.each([
    [[[1, 2], [3]], 'field "x": expected lists of equal length at level 2, found 2 and 1'],
    [[[1, 2], 3], 'field "x": expected a list at level 2 of 2, found an integer out of range'],
    [[[1, 2, 3]], 'field "x": expected shape [-1,2], found [1,3]'],
    [null, 'field "x": expected a list of FP32, found null'],
  ])("%j is refused before it shares a batch", (x, problem) => {
    const record: unknown = { x };
    expect(messageOf(() => lists.inputs.measure(record as { x: number[][] }))).toBe(problem);
  });

  test("null in a nullable field is told apart from null elsewhere", () => {
    const plan = planOf(metadataOf({ x: "FP32" }), { x: nullable(float32()) });
    const strict = planOf(metadataOf({ x: "FP32" }), { x: float32() });
    const record: unknown = { x: null };
    expect(() => plan.inputs.measure({ x: null })).toThrow(
      expect.objectContaining({ nullField: true, field: "x" }),
    );
    expect(() => strict.inputs.measure(record as { x: number })).toThrow(
      expect.objectContaining({ nullField: false }),
    );
  });
});
