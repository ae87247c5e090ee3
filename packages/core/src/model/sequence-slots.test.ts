import { expect, test } from "vitest";
import {
  createAccumulatorModel,
  wireFaults,
  type AccumulatorSetup,
} from "./accumulator.fixture.ts";
import { appliedLists, settle, sums, type Visit } from "./keyed.fixture.ts";

/** Makes a server with places for so many sequences: a start waits until one has ended. */
function limitPlaces({ clock, transport }: AccumulatorSetup, places: number): void {
  const live = new Set<unknown>();
  let onFreed: (() => void)[] = [];
  transport.gate = async ({ sequence }) => {
    while (sequence?.start === true && live.size >= places) {
      await new Promise<void>((resolve) => onFreed.push(resolve));
    }
    live.add(sequence?.id);
    await new Promise<void>((resolve) => void clock.setTimer(resolve, 10));
    if (sequence?.end !== true) return undefined;
    live.delete(sequence.id);
    const freed = onFreed;
    onFreed = [];
    for (const resolve of freed) resolve();
    return undefined;
  };
}

test("more keys than the server has places for wait for one another, and none is lost", async () => {
  const setup = await createAccumulatorModel({ maxInFlight: 8 });
  limitPlaces(setup, 4);
  const records = [1, 2, 3].flatMap((X) =>
    Array.from("abcdefghijklmnopqrst", (user): Visit => ({ user, X })),
  );
  const { outcomes } = await settle(setup, records, {}, { window: 60 });
  expect(sums(outcomes)).toEqual([1, 3, 6].flatMap((sum) => Array.from({ length: 20 }, () => sum)));
  expect(appliedLists(setup)).toEqual(Array.from({ length: 20 }, () => [1, 2, 3, 0]));
});

test("giving up a start that waits for its turn leaves it to the next", async () => {
  const setup = await createAccumulatorModel({ maxInFlight: 1 });
  setup.transport.gate = () =>
    new Promise((resolve) => void setup.clock.setTimer(() => resolve(undefined), 10));
  const controller = new AbortController();
  const { signal } = controller;
  const steps = Promise.allSettled([
    setup.model.sequence().predict({ X: 1 }, { signal }),
    setup.model.sequence().predict({ X: 2 }, { signal }),
    setup.model.sequence().predict({ X: 3 }),
  ]);
  await setup.clock.advance(5);
  controller.abort(new Error("mine"));
  await setup.clock.advance(50);
  const mine = { reason: new Error("mine") };
  expect(await steps).toMatchObject([mine, mine, { value: { SUM: 3 } }]);
  expect(appliedLists(setup)).not.toContainEqual([2]);
});

test("a lost sequence fails at once, also while every slot is taken", async () => {
  const { transport, model } = await createAccumulatorModel({ maxInFlight: 1 });
  transport.gate = async () => wireFaults["reset-after"];
  const lost = model.sequence();
  await expect(lost.predict({ X: 1 })).rejects.toMatchObject({ reason: "step-unknown" });
  transport.gate = () => new Promise(() => undefined);
  const controller = new AbortController();
  const hanging = model.sequence().predict({ X: 2 }, { signal: controller.signal });
  await expect(lost.predict({ X: 3 })).rejects.toMatchObject({ delivery: "not-sent" });
  controller.abort(new Error("mine"));
  await expect(hanging).rejects.toThrow("mine");
});
