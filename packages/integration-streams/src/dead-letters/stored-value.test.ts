import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromStored, toStored } from "./stored-value.ts";

const throughJson = (value: unknown): unknown => {
  const stored: unknown = JSON.parse(JSON.stringify(toStored(value)));
  return fromStored(stored);
};

describe("a stored value", () => {
  it("comes back equal, whatever JSON has no word for", () => {
    const record = {
      big: 2n ** 80n,
      least: -(2n ** 63n),
      none: undefined,
      nothing: null,
      numbers: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 5e-324],
      text: "a\nb\u2028\0\ud800",
      bytes: Uint8Array.of(0, 10, 13, 255),
      views: [
        Float32Array.of(Number.NaN, -0, 1.5),
        BigInt64Array.of(-(2n ** 63n)),
        BigUint64Array.of(2n ** 64n - 1n),
        Int16Array.of(-1),
        new Float64Array(0),
      ],
      part: new Float32Array([1, 2, 3, 4]).subarray(1, 3),
      when: new Date(1_700_000_000_000),
      never: new Date(Number.NaN),
      $bigint: "not a number",
      nested: { $number: "NaN", list: [[], [undefined]] },
    };
    expect(throughJson(record)).toEqual(record);
    expect(throughJson(-0)).toBe(-0);
  });

  it("comes back equal for anything made of these", () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withTypedArray: true,
      withNullPrototype: false,
      withSparseArray: false,
      key: fc.oneof(fc.string(), fc.constantFrom("$bigint", "$object", "__proto__", "constructor")),
    });
    fc.assert(
      fc.property(anything, (value) => {
        expect(throughJson(value)).toEqual(value);
      }),
    );
  });

  it("keeps a __proto__ of foreign data as data", () => {
    const hostile: unknown = JSON.parse('{"__proto__":{"polluted":true},"x":1}');
    const back = Object(throughJson(hostile));
    expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
    expect(Object.keys(back)).toEqual(["__proto__", "x"]);
    expect("polluted" in {}).toBe(false);
  });

  const cyclic: { self?: unknown } = {};
  cyclic.self = { inner: [cyclic] };
  it.each([
    [
      "a function",
      { f: () => 1 },
      "record.f: expected a value that a dead-letter file can hold, found function",
    ],
    ["a symbol", { list: [Symbol("s")] }, "record.list[0]"],
    [
      "a map",
      { m: new Map() },
      "record.m: expected a value that a dead-letter file can hold, found a Map",
    ],
    ["a cycle", cyclic, "record.self.inner[0]"],
  ])("is refused for %s, by its place and without its value", (_what, value, message) => {
    expect(() => toStored(value)).toThrow(message);
  });

  it("is read only from what was written", () => {
    expect(() => fromStored({ $Function: "x" })).toThrow("found an unknown tag");
    expect(() => fromStored({ $constructor: "x" })).toThrow("found an unknown tag");
    expect(() => fromStored({ $Float32Array: "AAAAAAA=" })).toThrow("found a part of one");
  });
});
