import { describe, expect, test } from "vitest";
import { elementCount, formatShape, isSameShape } from "./shape.ts";

describe("elementCount", () => {
  test.each([
    [[], 1],
    [[0], 0],
    [[3], 3],
    [[2, 3, 4], 24],
    [[5, 0, 7], 0],
    [[2 ** 26, 2 ** 26], 2 ** 52],
  ])("of %j is %d", (shape, count) => {
    expect(elementCount(shape)).toBe(count);
  });

  test.each([
    [[-1]],
    [[1.5]],
    [[Number.NaN]],
    [[Number.POSITIVE_INFINITY]],
    [[2 ** 53]],
    [[2 ** 27, 2 ** 27]],
    [[2 ** 32, 2 ** 32]],
    [[2 ** 52, 2 ** 52, 0]],
  ])("is not known of %j", (shape) => {
    expect(elementCount(shape)).toBeUndefined();
  });
});

test("shapes are the same when all their dimensions are", () => {
  expect(isSameShape([2, 3], [2, 3])).toBe(true);
  expect(isSameShape([], [])).toBe(true);
  expect(isSameShape([2, 3], [3, 2])).toBe(false);
  expect(isSameShape([2, 3], [2, 3, 1])).toBe(false);
  expect(isSameShape([2], [])).toBe(false);
});

test("a shape is printed in brackets", () => {
  expect([[], [2], [2, 3]].map(formatShape)).toEqual(["[]", "[2]", "[2,3]"]);
});
