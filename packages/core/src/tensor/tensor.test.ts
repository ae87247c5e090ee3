import { expect, test } from "vitest";
import { EncodeError } from "../errors/errors.ts";
import { encodeBytes } from "./encode-bytes.ts";
import { createTensor } from "./tensor.ts";

test("a tensor keeps the data that it was given", () => {
  const data = new Float32Array(6);
  expect(createTensor("x", "FP32", [2, 3], data).data).toBe(data);
  expect(createTensor("x", "FP32", [0, 3], new Float32Array(0)).shape).toEqual([0, 3]);
  expect(createTensor("x", "FP32", [], new Float32Array(1)).shape).toEqual([]);
});

test("a shape that does not fit the data is refused with both counts", () => {
  const make = () => createTensor("x", "BYTES", [2, 2], encodeBytes(["a"]));
  expect(make).toThrow(EncodeError);
  expect(make).toThrow('tensor "x": expected 4 elements for [2,2], found 1');
});

test.each([[[-1]], [[0.5]], [[2 ** 32, 2 ** 32]]])("the shape %j is refused", (shape) => {
  expect(() => createTensor("x", "FP32", shape, new Float32Array(0))).toThrow(EncodeError);
});
