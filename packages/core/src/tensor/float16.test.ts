import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from "./float16.ts";

const justAbove = 1 + 2 ** -50;

// [number, binary16 bits, bfloat16 bits]
const golden: readonly (readonly [number, number, number])[] = [
  [0, 0x0000, 0x0000],
  [-0, 0x8000, 0x8000],
  [1, 0x3c00, 0x3f80],
  [-2, 0xc000, 0xc000],
  [0.1, 0x2e66, 0x3dcd],
  [65504, 0x7bff, 0x4780],
  [65519, 0x7bff, 0x4780],
  [65520, 0x7c00, 0x4780],
  [2 ** -24, 0x0001, 0x3380],
  [2 ** -25, 0x0000, 0x3300],
  [2 ** -25 * justAbove, 0x0001, 0x3300],
  [-(2 ** -26), 0x8000, 0xb280],
  [2 ** -14, 0x0400, 0x3880],
  [1.00390625, 0x3c04, 0x3f80],
  [1.00390625 * justAbove, 0x3c04, 0x3f81],
  [1.01171875, 0x3c0c, 0x3f82],
  [1.01171875 / justAbove, 0x3c0c, 0x3f81],
  [1 + 2 ** -11, 0x3c00, 0x3f80],
  [(1 + 2 ** -11) * justAbove, 0x3c01, 0x3f80],
  [3.4e38, 0x7c00, 0x7f80],
  [1e300, 0x7c00, 0x7f80],
  [-1e300, 0xfc00, 0xff80],
  [5e-324, 0x0000, 0x0000],
  [Number.POSITIVE_INFINITY, 0x7c00, 0x7f80],
  [Number.NEGATIVE_INFINITY, 0xfc00, 0xff80],
  [Number.NaN, 0x7e00, 0x7fc0],
];

const formats = [
  { format: "binary16", encode: encodeFloat16, decode: decodeFloat16, column: 1, quiet: 0x7e00 },
  { format: "bfloat16", encode: encodeBfloat16, decode: decodeBfloat16, column: 2, quiet: 0x7fc0 },
] as const;

describe.each(formats)("$format", ({ encode, decode, column, quiet }) => {
  test("has the bits of the published table", () => {
    const found = golden.map(([value]) => encode(value).toString(16));
    expect(found).toEqual(golden.map((row) => row[column].toString(16)));
  });

  test("gives back every one of the 65,536 bit patterns, NaN as the quiet one", () => {
    for (let bits = 0; bits <= 0xffff; bits += 1) {
      const value = decode(bits);
      const expected = Number.isNaN(value) ? quiet : bits;
      if (encode(value) !== expected) expect.fail(`bits ${bits.toString(16)}`);
    }
  });

  test("is at least as near to the number as both neighbours are", () => {
    fc.assert(
      fc.property(fc.double({ min: -65_000, max: 65_000, noNaN: true }), (value) => {
        const bits = encode(value);
        const distance = Math.abs(decode(bits) - value);
        for (const neighbour of [bits - 1, bits + 1]) {
          if ((neighbour & 0x7fff) === 0x7fff || neighbour < 0) continue;
          const other = Math.abs(decode(neighbour) - value);
          expect(distance).toBeLessThanOrEqual(other);
          if (distance === other) expect(bits % 2).toBe(0);
        }
      }),
    );
  });
});
