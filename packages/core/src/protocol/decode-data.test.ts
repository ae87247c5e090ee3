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
  expect(decode("INT32", [[[1], [2]], [[3], [4]]], 4)).toEqual(expected);
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
  ])("of %s are read from %j", (datatype, data, expected) => {
    expect(Array.from(decode(datatype, data, 2) as ArrayLike<unknown>)).toEqual(expected);
  });

  test("of BYTES are the text in UTF-8", () => {
    const array = decode("BYTES", ["", "é"], 2);
    if (!("wire" in array)) expect.fail("expected BYTES");
    expect([textAt(array, 0), textAt(array, 1)]).toEqual(["", "é"]);
  });
});

describe("refused are", () => {
  test.each<[Datatype, JsonValue, string]>([
    ["BOOL", 1, "true or false, found a number"],
    ["BOOL", null, "found null"],
    ["INT8", 128, "out of range"],
    ["INT8", -129, "out of range"],
    ["UINT8", -1, "out of range"],
    ["INT32", 2n ** 60n, "out of range"],
    ["INT32", 1.5, "an integer"],
    ["INT32", true, "an integer, found a boolean"],
    ["INT32", null, "an integer, found null"],
    ["INT32", Number.NaN, "an integer"],
    ["INT64", 2n ** 63n, "out of range"],
    ["INT64", 2 ** 53, "an integer"],
    ["INT64", "1", "an integer, found text"],
    ["UINT64", -1, "out of range"],
    ["UINT64", null, "an integer, found null"],
    ["FP32", "1.5", "a number, found text"],
    ["FP64", true, "a number, found a boolean"],
    ["BYTES", 1, "text, found a number"],
    ["BYTES", null, "text, found null"],
    ["BYTES", "\ud800", "lone surrogate"],
    ["FP32", { a: 1 }, "a number, found an object"],
  ])("%s from %j", (datatype, element, message) => {
    const run = () => decode(datatype, [element]);
    expect(run).toThrow(DecodeError);
    expect(run).toThrow('tensor "x"');
    expect(run).toThrow(message);
  });
});
