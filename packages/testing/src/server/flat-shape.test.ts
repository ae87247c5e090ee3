import { describe, expect, it } from "vitest";
import { flatShape } from "./flat-shape.ts";

describe("the shape of elements in one row", () => {
  it.each([
    [[1], 1, [1]],
    [[-1, -1], 3, [1, 3]],
    [[-1, 16], 32, [2, 16]],
    [[-1, 2, 3], 6, [1, 2, 3]],
    [[-1, -1], 0, [1, 0]],
  ])("%j takes %i", (declared, elements, shape) => {
    expect(flatShape(declared, elements)).toEqual(shape);
  });

  it.each([
    [[1], 2],
    [[-1, 16], 17],
    [[2, 3], 5],
  ])("%j does not take %i", (declared, elements) => {
    expect(flatShape(declared, elements)).toBeUndefined();
  });
});
