import { expect, it } from "vitest";
import { createSlidingWindow } from "./sliding-window.ts";

it("counts the last tenths of its length and forgets the older ones", () => {
  const window = createSlidingWindow(10_000);
  window.add(true, 0);
  window.add(false, 500);
  window.add(true, 5000);
  expect([window.total(9999), window.failures(9999)]).toEqual([3, 2]);
  expect([window.total(10_000), window.failures(10_000)]).toEqual([1, 1]);
  window.add(false, 10_100);
  expect([window.total(14_999), window.failures(14_999)]).toEqual([2, 1]);
  expect([window.total(15_000), window.failures(15_000)]).toEqual([1, 0]);
  expect(window.total(1_000_000)).toBe(0);
});
