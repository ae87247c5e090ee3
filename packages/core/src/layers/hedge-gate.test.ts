import { expect, it } from "vitest";
import { DeadlineError } from "../errors/errors.ts";
import { createVirtualClock } from "../transport/virtual-clock.fixture.ts";
import { createHedgeGate, type HedgeGate } from "./hedge-gate.ts";
import { serverError, transportError } from "./layers.fixture.ts";

function answer(gate: HedgeGate, times: number): void {
  for (let time = 0; time < times; time += 1) gate.took(1);
}

it("knows nothing before twenty answers, and takes the slowest twentieth of the last 200 for late", () => {
  const gate = createHedgeGate(createVirtualClock());
  for (let tens = 1; tens < 20; tens += 1) gate.took(tens * 10);
  expect(gate.lateMs).toBeUndefined();
  gate.took(200);
  expect(gate.lateMs).toBe(190);
  for (let one = 0; one < 200; one += 1) gate.took(one % 10 === 0 ? 300 : 100);
  expect(gate.lateMs).toBe(300);
  for (let one = 0; one < 200; one += 1) gate.took(one % 40 === 0 ? 300 : 1);
  // Never earlier than 50 ms.
  expect(gate.lateMs).toBe(50);
});

it("allows one for twenty answers, and saves up ten", () => {
  const gate = createHedgeGate(createVirtualClock());
  answer(gate, 19);
  expect(gate.take()).toBe(false);
  answer(gate, 1);
  expect([gate.take(), gate.take()]).toEqual([true, false]);
  answer(gate, 1000);
  const taken = Array.from({ length: 12 }, () => gate.take());
  expect(taken.filter(Boolean)).toHaveLength(10);
});

it.each([
  ["says that it is full", serverError("overloaded"), false],
  [
    "does not answer in time",
    new DeadlineError("x", { bound: "attempt", delivery: "unknown" }),
    false,
  ],
  ["cannot be reached", transportError("not-sent"), true],
])("when a server %s, allows one: %#", async (_what, error, allowed) => {
  const clock = createVirtualClock();
  const gate = createHedgeGate(clock);
  answer(gate, 40);
  gate.failed(error);
  await clock.advance(9999);
  expect(gate.take()).toBe(allowed);
  await clock.advance(1);
  expect(gate.take()).toBe(true);
});
