import { expect, it } from "vitest";
import { repeat } from "./repeat.ts";

it("does its work as often as it says", () => {
  let times = 0;
  const work = repeat(7, () => (times += 1) && 5, 5);
  work.run();
  expect(times).toBe(work.rows);
});

it("throws when what comes out is not what should, or nothing does", () => {
  const values = [4, 5];
  expect(() => repeat(2, () => values.shift(), 5).run()).toThrow("expected 10, found 9");
  expect(() => repeat(2, () => undefined, 5).run()).toThrow("expected 10, found NaN");
});
