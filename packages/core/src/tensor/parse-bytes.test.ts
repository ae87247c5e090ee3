import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DecodeError } from "../errors/errors.ts";
import { bytesAt } from "./bytes-array.ts";
import { encodeBytes } from "./encode-bytes.ts";
import { parseBytes } from "./parse-bytes.ts";

test("what was encoded is parsed over the same memory, at any offset", () => {
  const elements = fc.array(fc.uint8Array({ maxLength: 10 }));
  fc.assert(
    fc.property(elements, fc.nat(7), (before, offset) => {
      const { wire } = encodeBytes(before);
      const memory = new Uint8Array(offset + wire.byteLength);
      memory.set(wire, offset);
      const array = parseBytes(memory.subarray(offset), before.length);
      expect(before.map((_, index) => bytesAt(array, index))).toEqual(before);
      expect(array.wire.buffer).toBe(memory.buffer);
    }),
  );
});

describe("a length that lies is refused", () => {
  test.each([
    ["a length of 4 GiB - 1", [0xff, 0xff, 0xff, 0xff, 1], 1, "claims 4294967295 bytes, found 1"],
    ["a length one past the end", [2, 0, 0, 0, 1], 1, "claims 2 bytes, found 1"],
    ["a second element without room for its length", [3, 0, 0, 0, 1, 2, 3, 0], 2, "found 1"],
    ["bytes after the last element", [1, 0, 0, 0, 1, 9], 1, "found 1 bytes beyond"],
    ["bytes where no element is expected", [0, 0, 0, 0], 0, "found 4 bytes beyond"],
    ["more elements than lengths can fit", [0, 0, 0, 0], 2, "expected 2 elements"],
    ["a count that no memory can hold", [0, 0, 0, 0], 2 ** 52, "expected 4503599627370496"],
  ])("P13: %s", (_, wire, count, message) => {
    const parse = () => parseBytes(new Uint8Array(wire), count);
    expect(parse).toThrow(DecodeError);
    expect(parse).toThrow(message);
  });
});

test("any bytes are either an array of that many elements or a decode error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ max: 3 }), fc.nat(5), (wire, count) => {
      try {
        expect(encodeBytes([...iterate(wire, count)]).wire).toEqual(wire);
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    }),
  );
});

function* iterate(wire: Uint8Array, count: number): Generator<Uint8Array> {
  const array = parseBytes(wire, count);
  for (let index = 0; index < count; index += 1) yield bytesAt(array, index);
}
