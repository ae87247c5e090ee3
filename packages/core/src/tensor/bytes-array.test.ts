import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesAt, sliceBytes, textAt } from "./bytes-array.ts";
import { encodeBytes } from "./encode-bytes.ts";

const array = encodeBytes(["", "a", "é", new Uint8Array([0xff, 0x00])]);

test("an element's bytes are a view on the array's memory", () => {
  expect(bytesAt(array, 2)).toEqual(new Uint8Array([0xc3, 0xa9]));
  expect(bytesAt(array, 3).buffer).toBe(array.wire.buffer);
  expect(bytesAt(array, 0)).toHaveLength(0);
});

test("an element beyond the array is a range error", () => {
  expect(() => bytesAt(array, 4)).toThrow(RangeError);
  expect(() => bytesAt(array, -1)).toThrow(RangeError);
});

test("text is given only for bytes that are UTF-8", () => {
  expect([0, 1, 2, 3].map((index) => textAt(array, index))).toEqual(["", "a", "é", undefined]);
});

test("a byte order mark stays part of the text", () => {
  expect(textAt(encodeBytes(["\ufeffx"]), 0)).toBe("\ufeffx");
});

describe("a slice", () => {
  test("shares the memory and has the elements from `from` to before `to`", () => {
    const slice = sliceBytes(array, 1, 3);
    expect(slice.wire.buffer).toBe(array.wire.buffer);
    expect([slice.length, textAt(slice, 0), textAt(slice, 1)]).toEqual([2, "a", "é"]);
  });

  test("of nothing is empty, at either end", () => {
    for (const at of [0, 4]) {
      const slice = sliceBytes(array, at, at);
      expect([slice.length, slice.wire.byteLength, slice.starts.length]).toEqual([0, 0, 0]);
    }
  });

  test("is what encoding those elements alone gives", () => {
    const cases = fc
      .array(fc.uint8Array({ maxLength: 5 }), { maxLength: 8 })
      .chain((elements) =>
        fc.tuple(fc.constant(elements), fc.nat(elements.length), fc.nat(elements.length)),
      );
    fc.assert(
      fc.property(cases, ([elements, one, other]) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        expect(sliceBytes(encodeBytes(elements), from, to)).toEqual(
          encodeBytes(elements.slice(from, to)),
        );
      }),
    );
  });
});
