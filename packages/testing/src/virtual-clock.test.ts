import { sleep } from "@nereid/core/transport-kit";
import { expect, it } from "vitest";
import { createVirtualClock } from "./virtual-clock.ts";

const never = new AbortController().signal;

it("stands still until it is told to move", async () => {
  const clock = createVirtualClock();
  const fired: string[] = [];
  clock.setTimer(() => fired.push("a"), 10);
  await clock.advance(9);
  expect([clock.now(), clock.timers, fired]).toEqual([9, 1, []]);
  await clock.advance(1);
  expect([clock.now(), clock.timers, fired]).toEqual([10, 0, ["a"]]);
});

it("fires timers by their time, and by their age where the time is the same", async () => {
  const clock = createVirtualClock();
  const fired: string[] = [];
  clock.setTimer(() => fired.push(`second at ${clock.now()}`), 20);
  clock.setTimer(() => fired.push(`first at ${clock.now()}`), 10);
  clock.setTimer(() => fired.push(`third at ${clock.now()}`), 20);
  await clock.advance(50);
  expect(fired).toEqual(["first at 10", "second at 20", "third at 20"]);
  expect(clock.now()).toBe(50);
});

it("fires within one advance what a fired timer set, and what its promises set", async () => {
  const clock = createVirtualClock();
  const woken: number[] = [];
  const twice = async (): Promise<void> => {
    await sleep(clock, 10, never);
    woken.push(clock.now());
    await sleep(clock, 10, never);
    woken.push(clock.now());
  };
  const done = twice();
  await clock.advance(30);
  await done;
  expect(woken).toEqual([10, 20]);
});

it("takes a timer back, and forgets a sleep that is given up", async () => {
  const clock = createVirtualClock();
  let fired = 0;
  const cancel = clock.setTimer(() => (fired += 1), 5);
  cancel();
  const controller = new AbortController();
  const asleep = sleep(clock, 5, controller.signal);
  controller.abort("enough");
  await expect(asleep).rejects.toBe("enough");
  await clock.advance(10);
  expect([fired, clock.timers]).toEqual([0, 0]);
});
