import { expect, it } from "vitest";
import { createRandom } from "../measure/statistics.ts";
import { createVirtualClock } from "./virtual-clock.ts";

it("fires timers in the order of their times, and those of one time as they were set", async () => {
  const clock = createVirtualClock();
  const random = createRandom(3);
  const delays = Array.from({ length: 300 }, () => Math.floor(random() * 40));
  const fired: (readonly [number, number])[] = [];
  for (const [order, delayMs] of delays.entries()) {
    clock.setTimer(() => fired.push([clock.now(), order]), delayMs);
  }
  await clock.advance(100);
  const expected = delays
    .map((delayMs, order) => [delayMs, order] as const)
    .toSorted(([one, first], [other, second]) => one - other || first - second);
  expect(fired).toEqual(expected);
});

it("lets promises settle before the next timer, and fires timers that were set meanwhile", async () => {
  const clock = createVirtualClock();
  const seen: string[] = [];
  clock.setTimer(() => {
    void Promise.resolve().then(() => {
      seen.push("promise");
      clock.setTimer(() => seen.push("inner"), 1);
    });
  }, 1);
  clock.setTimer(() => seen.push("later"), 3);
  await clock.advance(5);
  expect(seen).toEqual(["promise", "inner", "later"]);
  expect(clock.now()).toBe(5);
});

it("fires neither what was taken back nor what lies ahead", async () => {
  const clock = createVirtualClock();
  const seen: string[] = [];
  clock.setTimer(() => seen.push("taken back"), 1)();
  clock.setTimer(() => seen.push("ahead"), 11);
  await clock.advance(10);
  expect(seen).toEqual([]);
  await clock.advance(1);
  expect(seen).toEqual(["ahead"]);
});
