import { describe, expect, test } from "vitest";
import { DecodeError } from "../errors/errors.ts";
import { encodeBytes } from "../tensor/encode-bytes.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { bindPlan } from "./bind-plan.ts";
import type { Fields } from "./field.ts";
import {
  array,
  float32,
  float64,
  int32,
  int64,
  named,
  nullable,
  string,
  tensor,
} from "./fields.ts";
import { joinRow } from "./join.ts";
import { messageOf, metadataOf, planOf } from "./record.fixture.ts";

function decode(
  outputs: readonly Tensor[],
  rows: number,
  fields: Fields,
  metadata = metadataOf({ y: "FP32" }),
): readonly unknown[] {
  return bindPlan({ metadata, outputs: fields }).outputs.decode({ modelName: "m", outputs }, rows);
}

function fp32(shape: readonly number[], data: readonly number[], name = "y"): Tensor {
  return { name, datatype: "FP32", shape, data: Float32Array.from(data) };
}

describe("an answer", () => {
  test.each([
    [
      "without the output",
      [fp32([1, 1], [1], "z")],
      'output "y": expected it in the answer, found none',
    ],
    [
      "of another datatype",
      [{ name: "y", datatype: "FP64", shape: [1, 1], data: Float64Array.of(1) }],
      'output "y": expected FP32 [1,1], found FP64 [1,1]',
    ],
    [
      "with another batch dimension",
      [fp32([2, 1], [1, 2])],
      'output "y": expected FP32 [1,1], found FP32 [2,1]',
    ],
    ["of another rank", [fp32([1], [1])], 'output "y": expected FP32 [1,1], found FP32 [1]'],
    [
      "of another fixed dimension",
      [fp32([1, 2], [1, 2])],
      'output "y": expected FP32 [1,1], found FP32 [1,2]',
    ],
  ] satisfies [string, Tensor[], string][])("%s is refused as a whole", (_, outputs, problem) => {
    expect(messageOf(() => decode(outputs, 1, { y: float32() }))).toBe(problem);
  });

  test("with text that is not UTF-8 costs only its own row", () => {
    const data = encodeBytes(["a", Uint8Array.of(0xff), "c"]);
    const outputs: Tensor[] = [{ name: "y", datatype: "BYTES", shape: [3, 1], data }];
    const rows = decode(outputs, 3, { y: string() }, metadataOf({ y: "BYTES" }));
    expect(rows[0]).toEqual({ y: "a" });
    expect(rows[1]).toBeInstanceOf(DecodeError);
    expect(rows[1]).toHaveProperty(
      "message",
      'output "y": expected UTF-8 text, found bytes that are not',
    );
    expect(rows[2]).toEqual({ y: "c" });
  });

  test("in 64 bits comes as numbers where asked, and never rounded", () => {
    const data = BigInt64Array.of(5n, 2n ** 53n, -7n);
    const outputs: Tensor[] = [{ name: "y", datatype: "INT64", shape: [3, 1], data }];
    const metadata = metadataOf({ y: "INT64" });
    const [five, beyond, minus] = decode(outputs, 3, { y: int64({ as: "number" }) }, metadata);
    expect([five, minus]).toEqual([{ y: 5 }, { y: -7 }]);
    expect(beyond).toHaveProperty(
      "message",
      'output "y": expected integers up to 2^53, found one beyond',
    );
    expect(decode(outputs, 3, { y: int64() }, metadata)[1]).toEqual({ y: 2n ** 53n });
  });

  test("is widened to the field's datatype", () => {
    const metadata = metadataOf({ y: "INT32" }, { y: [2] });
    const outputs: Tensor[] = [
      { name: "y", datatype: "INT32", shape: [1, 2], data: Int32Array.of(1, -2) },
    ];
    expect(decode(outputs, 1, { y: array(int64()) }, metadata)).toEqual([
      { y: BigInt64Array.of(1n, -2n) },
    ]);
    expect(decode([fp32([1, 1], [0.5])], 1, { y: float64() })).toEqual([{ y: 0.5 }]);
  });

  test("comes as whole tensors, one for each row", () => {
    const metadata = metadataOf({ y: "FP32" }, { y: [-1] });
    expect(decode([fp32([2, 2], [1, 2, 3, 4])], 2, { y: tensor("FP32", [-1]) }, metadata)).toEqual([
      { y: { shape: [2], data: Float32Array.of(1, 2) } },
      { y: { shape: [2], data: Float32Array.of(3, 4) } },
    ]);
  });

  test("fills a field named __proto__ as data", () => {
    const fields = { ["__proto__"]: named("y", float32()) };
    const [row] = decode([fp32([1, 1], [3])], 1, fields);
    expect(Object.entries(Object(row))).toEqual([["__proto__", 3]]);
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
  });
});

describe("fields that do not fit the model", () => {
  const metadata = metadataOf({ score: "FP32", label: "BYTES" });
  test("are told all at once, each with what was expected and found", () => {
    const fields = { scroe: float32(), label: int32() };
    expect(messageOf(() => planOf(metadata, fields))).toBe(
      [
        'inputs.scroe: expected a tensor of the model, found "scroe"; is it "score"?',
        "inputs.label: expected BYTES as the model declares, found INT32",
        'inputs.score: expected a field for the model\'s FP32 input "score", found none',
        'outputs.scroe: expected a tensor of the model, found "scroe"; is it "score"?',
        "outputs.label: expected BYTES as the model declares, found INT32",
      ].join("; "),
    );
  });

  test("may be narrower on the way in and wider on the way out, never the reverse", () => {
    const narrow = metadataOf({ x: "INT32" });
    expect(messageOf(() => bindPlan({ metadata: narrow, inputs: { x: int64() } }))).toBe(
      "inputs.x: expected INT32 as the model declares, found INT64",
    );
    const wide = metadataOf({ x: "FP64" });
    expect(messageOf(() => bindPlan({ metadata: wide, outputs: { x: float32() } }))).toBe(
      "outputs.x: expected FP64 as the model declares, found FP32",
    );
    expect(bindPlan({ metadata: wide, inputs: { x: nullable(float32()) } }).maxBatchRows).toBe(8);
  });
});

describe("a joined row", () => {
  test("gives a clashing output the first free number", () => {
    const record = { score: "a", score0: "b" };
    expect(Object.entries(joinRow(record, { score: 1, other: 2 }))).toEqual([
      ["score", "a"],
      ["score0", "b"],
      ["score1", 1],
      ["other", 2],
    ]);
  });

  test("keeps an output named __proto__ as data", () => {
    const row = Object.fromEntries([["__proto__", { stolen: true }]]);
    const joined = joinRow({ x: 1 }, row);
    expect(Object.entries(joined)).toEqual([
      ["x", 1],
      ["__proto__", { stolen: true }],
    ]);
    expect("stolen" in joined).toBe(false);
  });
});
