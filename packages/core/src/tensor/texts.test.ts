import fc from "fast-check";
import { expect, test } from "vitest";
import { textAt, type BytesArray } from "./bytes-array.ts";
import { encodeBytes } from "./encode-bytes.ts";
import { textsOf } from "./texts.ts";

function textsOneByOne(array: BytesArray): readonly (string | undefined)[] {
  return Array.from({ length: array.length }, (_, index) => textAt(array, index));
}

test("no elements are no texts", () => {
  expect(textsOf(encodeBytes([]))).toEqual([]);
});

test("bytes that are not UTF-8 are no text, and the texts around them are", () => {
  const bad = Uint8Array.of(0x61, 0xc3);
  expect(textsOf(encodeBytes(["a", bad, "é", ""]))).toEqual(["a", undefined, "é", ""]);
});

test("a character that is cut off by an element's end is not made whole by what follows", () => {
  const cut = [Uint8Array.of(0xc3), Uint8Array.of(0xa9), "x"];
  expect(textsOf(encodeBytes(cut))).toEqual([undefined, undefined, "x"]);
});

test("a length that looks like a character is not one", () => {
  // 0x80c2 is written c2 80 00 00: U+0080, as it seems.
  const texts = ["a", "b".repeat(0x80c2), "é", "c".repeat(0xc2), "d".repeat(128), "e".repeat(127)];
  expect(textsOf(encodeBytes(texts))).toEqual(texts);
  const last = ["a", "d".repeat(0x80c2)];
  expect(textsOf(encodeBytes(last))).toEqual(last);
});

test("a byte order mark stays part of the text", () => {
  expect(textsOf(encodeBytes(["\ufeffx", "\ufeff"]))).toEqual(["\ufeffx", "\ufeff"]);
});

test("elements at the borders of what is decoded at once are as any others", () => {
  for (const filler of ["x".repeat(124), "é".repeat(62), "日".repeat(40), "😀".repeat(31)]) {
    for (let shift = 0; shift < 130; shift += 1) {
      const texts = ["y".repeat(shift), ...Array.from({ length: 140 }, () => filler), "é", "z"];
      expect(textsOf(encodeBytes(texts))).toEqual(texts);
    }
  }
});

test("any elements are the texts that each of them is", () => {
  const element = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.string({ unit: "binary-ascii", maxLength: 200 }),
    fc.uint8Array({ maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(element, { maxLength: 300 }), fc.nat(3), (elements, offset) => {
      const { wire, starts, length } = encodeBytes(elements);
      const memory = new Uint8Array(offset + wire.length);
      memory.set(wire, offset);
      const array = { wire: memory.subarray(offset), starts, length };
      expect(textsOf(array)).toEqual(textsOneByOne(array));
    }),
  );
});
