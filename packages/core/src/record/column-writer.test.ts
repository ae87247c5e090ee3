import { describe, expect, test } from "vitest";
import {
  array,
  float16,
  float32,
  int32,
  int64,
  int8,
  named,
  tensor,
  uint32,
  uint8,
} from "./fields.ts";
import { messageOf, metadataOf, planOf } from "./record.fixture.ts";
import { elementsOf, send } from "./send.fixture.ts";

describe("what fits", () => {
  test.each([
    ["INT8 to INT64", int8(), "INT64", -3, -3n],
    ["UINT8 to INT16", uint8(), "INT16", 255, 255],
    ["UINT32 to UINT64", uint32(), "UINT64", 4_294_967_295, 4_294_967_295n],
    ["FP16 to FP32", float16(), "FP32", 0.5, 0.5],
    ["a safe number to INT64", int64(), "INT64", 7, 7n],
  ] as const)("%s widens without loss", (_, field, datatype, value, travels) => {
    expect(send(field, datatype, [value]).values).toEqual([travels]);
  });

  test("a typed array of another width is checked and converted", () => {
    const { values } = send(array(int32()), "INT64", [Int32Array.of(1, -2)], [-1]);
    expect(values).toEqual([1n, -2n]);
    expect(send(array(int8()), "INT8", [Int32Array.of(1, 200)], [-1]).accepted).toEqual([]);
  });

  test("whole tensors travel as they are, and shapes that differ do not share a key", () => {
    const plan = planOf(metadataOf({ x: "FP32" }, { x: [-1] }), { x: tensor("FP32", [-1]) });
    const two = plan.inputs.measure({ x: { shape: [2], data: Float32Array.of(1, 2) } });
    const one = plan.inputs.measure({ x: { shape: [1], data: Float32Array.of(1) } });
    expect(two.shapeKey).not.toBe(one.shapeKey);
    expect(plan.inputs.encode([two]).tensors.map(elementsOf)).toEqual([[1, 2]]);
  });

  test("a leading list of one is dropped where the model has one dimension less", () => {
    const fields = { x: named("x", array(array(float32()))) };
    const plan = planOf(metadataOf({ x: "FP32" }, { x: [2] }), fields, {
      flattenBatchDim: true,
      outputs: fields,
    });
    const { tensors } = plan.inputs.encode([plan.inputs.measure({ x: [[1, 2]] })]);
    expect(tensors[0]?.shape).toEqual([1, 2]);
    expect(
      messageOf(() =>
        plan.inputs.measure({
          x: [
            [1, 2],
            [3, 4],
          ],
        }),
      ),
    ).toBe('field "x": expected a list of one to flatten, found a list of 2');
  });
});
