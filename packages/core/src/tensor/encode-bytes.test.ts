import fc from "fast-check";
import { expect, test } from "vitest";
import { EncodeError } from "../errors/errors.ts";
import { bytesAt, textAt } from "./bytes-array.ts";
import { encodeBytes, type BytesElement } from "./encode-bytes.ts";

const utf8 = new TextEncoder();

/** The wire form put together element by element; undefined when a text has none. */
function wireOneByOne(elements: readonly BytesElement[]): Uint8Array | undefined {
  if (elements.some((element) => typeof element === "string" && !element.isWellFormed())) {
    return undefined;
  }
  return Uint8Array.from(
    elements.flatMap((element) => {
      const bytes = typeof element === "string" ? utf8.encode(element) : element;
      return [...new Uint8Array(Uint32Array.of(bytes.length).buffer), ...bytes];
    }),
  );
}

function wireOrNothing(elements: readonly BytesElement[]): Uint8Array | undefined {
  try {
    return encodeBytes(elements).wire;
  } catch (error) {
    if (error instanceof EncodeError) return undefined;
    throw error;
  }
}

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

test("texts and bytes in any order are what each of them is, and a lone surrogate among them is refused", () => {
  const element = fc.oneof(
    { weight: 8, arbitrary: fc.string({ unit: "binary-ascii", maxLength: 40 }) },
    { weight: 4, arbitrary: fc.string({ unit: "binary", maxLength: 90 }) },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 12 }) },
    { weight: 1, arbitrary: fc.constantFrom("\ud800", "a\udfff", "\udc00\ud800", "😀") },
  );
  fc.assert(
    fc.property(fc.array(element, { maxLength: 60 }), (elements) => {
      expect(wireOrNothing(elements)).toEqual(wireOneByOne(elements));
    }),
  );
});

test("texts at the borders of what is encoded at once are as any others", () => {
  for (const filler of ["x".repeat(64), "é".repeat(64), `${"日".repeat(61)}😀`, "z".repeat(65)]) {
    for (const shift of [0, 1, 2, 3, 4, 5, 63, 64, 65]) {
      const texts = [
        "y".repeat(shift),
        ...Array.from({ length: 600 }, () => filler),
        "z".repeat(40_000),
        "ß".repeat(40_000),
      ];
      const array = encodeBytes(texts);
      expect(texts.map((_, index) => textAt(array, index))).toEqual(texts);
    }
  }
});

test("a text that does not fit where ASCII would is written whole, pairs of surrogates too", () => {
  for (let shift = 0; shift < 5; shift += 1) {
    const texts = ["a".repeat(2000), `${"b".repeat(shift)}${"😀".repeat(500)}`, "é".repeat(50)];
    const array = encodeBytes(texts);
    expect(texts.map((_, index) => textAt(array, index))).toEqual(texts);
  }
});

test("bytes find room behind texts that took more than a byte for each character", () => {
  const bytes = new Uint8Array(2000).fill(7);
  const array = encodeBytes(["é".repeat(20), bytes, "x"]);
  expect(bytesAt(array, 1)).toEqual(bytes);
  expect(textAt(array, 2)).toBe("x");
});

test("ASCII takes no more memory than it needs", () => {
  const { wire } = encodeBytes(Array.from({ length: 500 }, (_, index) => `word ${index}`));
  expect(wire.buffer.byteLength).toBe(wire.byteLength);
});
