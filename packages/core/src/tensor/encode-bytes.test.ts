import fc from "fast-check";
import { expect, test } from "vitest";
import { EncodeError } from "../errors/errors.ts";
import { bytesAt, textAt } from "./bytes-array.ts";
import { encodeBytes } from "./encode-bytes.ts";

test("elements travel as a little-endian length and their bytes", () => {
  const { length, wire, starts } = encodeBytes(["", "a", "é"]);
  expect(length).toBe(3);
  expect(wire).toEqual(new Uint8Array([0, 0, 0, 0, 1, 0, 0, 0, 0x61, 2, 0, 0, 0, 0xc3, 0xa9]));
  expect([...starts]).toEqual([4, 8, 13]);
});

test("no elements are no bytes", () => {
  expect(encodeBytes([]).wire.byteLength).toBe(0);
});

test("a lone surrogate is refused as text, whether the text is short or long", () => {
  for (const text of ["\ud800", "a\udc00b", `${"x".repeat(200)}\ud83d`]) {
    expect(() => encodeBytes(["fine", text])).toThrow(EncodeError);
  }
  expect(() => encodeBytes(["fine", "\ud800"])).toThrow("element 1");
});

test("any text comes back as it was, short or long, ASCII or not", () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.string({ unit: "binary-ascii", maxLength: 300 }),
  );
  fc.assert(
    fc.property(fc.array(texts), (elements) => {
      const array = encodeBytes(elements);
      expect(elements.map((_, index) => textAt(array, index))).toEqual(elements);
    }),
  );
});

test("any bytes survive, UTF-8 or not", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array()), (elements) => {
      const array = encodeBytes(elements);
      expect(elements.map((_, index) => bytesAt(array, index))).toEqual(elements);
    }),
  );
});
