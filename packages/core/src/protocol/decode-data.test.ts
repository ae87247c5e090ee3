import { describe, expect, test } from "vitest";
import { DecodeError } from "../errors/errors.ts";
import type { Datatype } from "../tensor/arrays.ts";
import { textAt } from "../tensor/bytes-array.ts";
import { decodeData } from "./decode-data.ts";
import type { JsonValue } from "./json-value.ts";

const decode = (datatype: Datatype, data: JsonValue | undefined, count = 1) =>
  decodeData("x", datatype, data, count);

test("nested lists are read row by row, a bare value as one element, nothing as none", () => {
  const expected = new Int32Array([1, 2, 3, 4]);
  expect(decode("INT32", [1, 2, 3, 4], 4)).toEqual(expected);
  expect(
    decode(
      "INT32",
      [
        [[1], [2]],
        [[3], [4]],
      ],
      4,
    ),
  ).toEqual(expected);
  expect(decode("INT32", 7)).toEqual(new Int32Array([7]));
  for (const none of [undefined, null, [], [[], []]]) {
    expect(decode("INT32", none, 0)).toEqual(new Int32Array(0));
  }
});

describe("elements", () => {
  test.each<[Datatype, JsonValue, ArrayLike<unknown>]>([
    ["BOOL", [true, false], [1, 0]],
    ["INT8", [-128, 127], [-128, 127]],
    ["UINT16", [0, 65535], [0, 65535]],
    ["INT64", [1, -(2n ** 63n)], [1n, -(2n ** 63n)]],
    ["UINT64", [-0, 2n ** 64n - 1n], [0n, 2n ** 64n - 1n]],
    ["FP32", [0.5, null], [0.5, Number.NaN]],
    ["FP64", [-0, 2n ** 64n], [-0, 2 ** 64]],
    ["FP16", [1, null], [0x3c00, 0x7e00]],
    ["BF16", [1, -2], [0x3f80, 0xc000]],
  ])("of %s are read", (datatype, data, expected) => {
    expect(Array.from(decode(datatype, data, 2) as ArrayLike<unknown>)).toEqual(expected);
  });

  test("of BYTES are the text in UTF-8", () => {
    const array = decode("BYTES", ["", "é"], 2);
    if (!("wire" in array)) expect.fail("expected BYTES");
    expect([textAt(array, 0), textAt(array, 1)]).toEqual(["", "é"]);
  });
});

describe("refused are", () => {
  test.each<[Datatype, string, JsonValue]>([
    ["BOOL", "true or false, found a number", 1],
    ["BOOL", "found null", null],
    ["INT8", "out of range", 128],
    ["INT8", "out of range", -129],
    ["UINT8", "out of range", -1],
    ["INT32", "out of range", 2n ** 60n],
    ["INT32", "an integer", 1.5],
    ["INT32", "an integer, found a boolean", true],
    ["INT32", "an integer, found null", null],
    ["INT32", "an integer", Number.NaN],
    ["INT64", "out of range", 2n ** 63n],
    ["INT64", "an integer", 2 ** 53],
    ["INT64", "an integer, found text", "1"],
    ["UINT64", "out of range", -1],
    ["UINT64", "an integer, found null", null],
    ["FP32", "a number, found text", "1.5"],
    ["FP64", "a number, found a boolean", true],
    ["BYTES", "text, found a number", 1],
    ["BYTES", "text, found null", null],
    ["BYTES", "lone surrogate", "\ud800"],
    ["FP32", "a number, found an object", { a: 1 }],
  ])("%s elements that are not: %s", (datatype, message, element) => {
    const run = () => decode(datatype, [element]);
    expect(run).toThrow(DecodeError);
    expect(run).toThrow('tensor "x"');
    expect(run).toThrow(message);
  });
});
