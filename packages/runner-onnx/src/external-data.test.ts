import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { externalLocations } from "./external-data.ts";

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
const block = (field: number, content: string | readonly number[]): number[] => {
  const bytes = typeof content === "string" ? [...Buffer.from(content)] : content;
  return [...varint(field * 8 + 2), ...varint(bytes.length), ...bytes];
};

const entry = [...block(1, "location"), ...block(2, "data.bin")];
const tensor = block(13, entry);
const isExternal = [14 * 8, 1];

/** A path of fields from the model to a tensor. */
const ways: readonly (readonly [string, readonly number[]])[] = [
  ["an initializer", [7, 5]],
  ["the values of a sparse initializer", [7, 15, 1]],
  ["the indices of a sparse initializer", [7, 15, 2]],
  ["an attribute", [7, 1, 5, 5]],
  ["the tensors of an attribute", [7, 1, 5, 10]],
  ["a sparse attribute", [7, 1, 5, 22, 1]],
  ["sparse tensors of an attribute", [7, 1, 5, 23, 2]],
  ["a graph within a node", [7, 1, 5, 6, 5]],
  ["one of the graphs within a node", [7, 1, 5, 11, 5]],
  ["a function", [25, 7, 5, 5]],
  ["an attribute of a function", [25, 11, 5]],
  ["a graph of the training", [20, 1, 5]],
  ["the algorithm of the training", [20, 2, 5]],
];

const wrapped = (path: readonly number[], content: readonly number[]): Uint8Array =>
  Uint8Array.from(path.reduceRight((inner, field) => block(field, inner), [...content]));

describe("externalLocations", () => {
  it.each(ways)("finds the file of %s", (_, path) => {
    expect(externalLocations(wrapped(path, tensor))).toEqual(["data.bin"]);
  });

  it("finds it under graphs in graphs, however deep", () => {
    const deep = Array.from({ length: 1000 }, () => [1, 5, 6]).flat();
    expect(externalLocations(wrapped([7, ...deep, 5], tensor))).toEqual(["data.bin"]);
  });

  it("finds every place of a tensor, whichever a parser takes", () => {
    const two = [...block(2, "first"), ...entry];
    const model = wrapped([7, 5], [...block(13, two), ...tensor]);
    expect(externalLocations(model)).toEqual(["first", "data.bin", "data.bin"]);
  });

  it("finds nothing in a model that is whole", () => {
    expect(externalLocations(wrapped([7, 5], [...block(9, [1, 2, 3, 4])]))).toEqual([]);
  });

  it.each([
    ["external data without a place", wrapped([7, 5], isExternal), "expected a place"],
    ["a tag beyond 32 bits", Uint8Array.of(0xba, 0x80, 0x80, 0x80, 0x10, 0), "other bytes"],
    ["a tag that does not end", Uint8Array.of(0x80, 0x80, 0x80, 0x80, 0x80, 0), "other bytes"],
    ["a length beyond the end", Uint8Array.of(7 * 8 + 2, 9, 0), "other bytes"],
    ["a group", Uint8Array.of(7 * 8 + 3), "other bytes"],
    ["field 0", Uint8Array.of(0, 0), "other bytes"],
  ])("refuses %s", (_, bytes, problem) => {
    expect(() => externalLocations(bytes)).toThrow(problem);
  });

  it("answers or refuses whatever bytes it is given", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          externalLocations(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError);
        }
      }),
    );
  });
});
