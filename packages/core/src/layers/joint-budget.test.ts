import { expect, it } from "vitest";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { joinBudgets } from "./joint-budget.ts";
import { createRetryBudget } from "./retry-budget.ts";

function createJoint() {
  const clock = createVirtualClock();
  const [one, other] = [0, 1].map(() => createRetryBudget({ ratio: 0.2, clock }));
  if (one === undefined || other === undefined) throw new Error("two budgets");
  const joint = joinBudgets([one, other]);
  const drain = (budget: typeof one): void => {
    while ((budget.take("failure") ?? 0) > 0);
  };
  return { clock, one, other, joint, drain };
}

it("is paid by the endpoint that has most, and gives back to none that paid nothing", () => {
  const { one, other, joint, drain } = createJoint();
  drain(one);
  expect(joint.left).toBe(1);
  const paid = joint.take("failure");
  expect(paid).toBe(10);
  expect(other.left).toBeCloseTo(0.98);
  joint.refund(paid ?? 0);
  expect([one.left, other.left]).toEqual([0, 1]);
  joint.refund(10);
  expect(one.left).toBeCloseTo(0.02);
});

it("pays as long as any of them can, and earns nothing where nobody knows who answered", () => {
  const { one, other, joint, drain } = createJoint();
  drain(one);
  for (let time = 0; time < 50; time += 1) expect(joint.take("failure")).toBe(10);
  // Their free ones: the first has had its own.
  expect(joint.take("failure")).toBe(0);
  expect(joint.take("failure")).toBeUndefined();
  joint.earn();
  expect([one.left, other.left, joint.left]).toEqual([0, 0, 0]);
});

it("wakes those who wait as soon as one of them may have something again", async () => {
  const { clock, one, other, joint, drain } = createJoint();
  drain(one);
  drain(other);
  let woken = 0;
  const wait = async (): Promise<void> => {
    await joint.replenished(new AbortController().signal);
    woken += 1;
  };
  const first = wait();
  other.earn();
  await first;
  const second = wait();
  await clock.advance(1000);
  await second;
  expect([woken, clock.timers]).toEqual([2, 0]);
  const stopped = new AbortController();
  const third = joint.replenished(stopped.signal);
  stopped.abort("over");
  await expect(third).rejects.toBe("over");
  await clock.advance(0);
  expect(clock.timers).toBe(0);
});
