import { expect, test } from "vitest";
import { datatypeNames, datatypes, isDatatype } from "./datatypes.ts";

test("all fourteen datatypes have the size that the protocol gives them", () => {
  const sizes = Object.fromEntries(
    datatypeNames.map((name) => [name, datatypes[name].elementBytes]),
  );
  expect(sizes).toEqual({
    BOOL: 1,
    INT8: 1,
    INT16: 2,
    INT32: 4,
    INT64: 8,
    UINT8: 1,
    UINT16: 2,
    UINT32: 4,
    UINT64: 8,
    FP16: 2,
    BF16: 2,
    FP32: 4,
    FP64: 8,
    BYTES: 0,
  });
});

test("the bounds of integers are those that their arrays hold", () => {
  for (const name of datatypeNames) {
    const { min, max, elementBytes } = datatypes[name];
    if (min === undefined || max === undefined) continue;
    const bits = 8 * elementBytes;
    const wrap = (value: bigint) =>
      min < 0n ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
    expect([name, wrap(min), wrap(max)]).toEqual([name, min, max]);
    expect([wrap(min - 1n), wrap(max + 1n)]).toEqual([max, min]);
  }
});

test("each array type has elements of the datatype's size", () => {
  for (const name of datatypeNames) {
    if (name === "BYTES") continue;
    const { arrayType, elementBytes } = datatypes[name];
    expect([name, new arrayType(3).byteLength]).toEqual([name, 3 * elementBytes]);
  }
});

test("only FP16 and BF16 have no JSON form", () => {
  expect(datatypeNames.filter((name) => !datatypes[name].json)).toEqual(["FP16", "BF16"]);
});

test("a datatype is known by its exact name alone", () => {
  expect(datatypeNames.every(isDatatype)).toBe(true);
  for (const name of ["fp32", "TYPE_FP32", "STRING", "", "constructor", "__proto__", 1, null]) {
    expect(isDatatype(name)).toBe(false);
  }
});
