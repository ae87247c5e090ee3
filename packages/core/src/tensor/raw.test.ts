import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DecodeError } from "../errors/errors.ts";
import { datatypeNames, datatypes } from "./datatypes.ts";
import { bytesToSend, parseRaw, rawBytes } from "./raw.ts";
import { anyTensor } from "./tensor.fixture.ts";
import { createTensor } from "./tensor.ts";

/** The same bytes at an offset of memory of their own. */
function place(bytes: Uint8Array, offset: number): Uint8Array {
  const memory = new Uint8Array(offset + bytes.byteLength);
  memory.set(bytes, offset);
  return memory.subarray(offset);
}

describe.each(datatypeNames)("%s", (datatype) => {
  test("comes back from its bytes at every offset, bit by bit", () => {
    fc.assert(
      fc.property(anyTensor([datatype]), fc.nat(8), (tensor, offset) => {
        const wire = rawBytes(tensor);
        const placed = place(wire, offset);
        const data = parseRaw(datatype, placed, tensor.data.length);
        expect(data.length).toBe(tensor.data.length);
        expect(rawBytes({ ...tensor, data } as typeof tensor)).toEqual(wire);
      }),
    );
  });
});

describe.each(datatypeNames)("%s", (datatype) => {
  test("is sent as these bytes, and those that were sent before stay as they are", () => {
    fc.assert(
      fc.property(fc.array(anyTensor([datatype]), { maxLength: 4 }), (tensors) => {
        const sent = tensors.map((tensor) => bytesToSend(tensor));
        expect(sent.map((bytes) => [...bytes])).toEqual(
          tensors.map((tensor) => [...rawBytes(tensor)]),
        );
      }),
    );
  });
});

describe.each(datatypeNames.filter((name) => name !== "BYTES"))("%s", (datatype) => {
  const { elementBytes } = datatypes[datatype];

  test("is a view where the offset is aligned and a copy where it is not", () => {
    const memory = new Uint8Array(64);
    const view = parseRaw(datatype, memory.subarray(8, 8 + 2 * elementBytes), 2);
    expect([view.buffer === memory.buffer, view.byteOffset]).toEqual([true, 8]);
    const odd = parseRaw(datatype, memory.subarray(1, 1 + 2 * elementBytes), 2);
    expect(odd.buffer === memory.buffer).toBe(elementBytes === 1);
    expect(odd.length).toBe(2);
  });

  test("is refused when there is a byte too few or too many", () => {
    for (const bytes of [2 * elementBytes - 1, 2 * elementBytes + 1, 0]) {
      expect(() => parseRaw(datatype, new Uint8Array(bytes), 2)).toThrow(DecodeError);
    }
    expect(() => parseRaw(datatype, new Uint8Array(8), 2 ** 52)).toThrow(DecodeError);
  });
});

test("a misaligned Node buffer, whose slice is a view, is copied all the same", () => {
  const memory = Buffer.alloc(16);
  memory[3] = 7;
  expect([...parseRaw("INT32", memory.subarray(3, 11), 2)]).toEqual([7, 0]);
});

test("elements are little-endian", () => {
  const tensor = createTensor("A", "INT32", [1, 2], new Int32Array([1, -2]));
  expect([...rawBytes(tensor)]).toEqual([1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff]);
});

test("raw bytes are the tensor's own memory, also of a part of an array", () => {
  const values = new Float64Array([1, 2, 3]);
  const raw = rawBytes(createTensor("A", "FP64", [1], values.subarray(1, 2)));
  expect([raw.buffer === values.buffer, raw.byteOffset, raw.byteLength]).toEqual([true, 8, 8]);
});
