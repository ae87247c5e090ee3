import { expect, test } from "vitest";
import type { LayerEvent } from "../layers/observe.ts";
import {
  createAccumulatorModel,
  wireFaults,
  type AccumulatorSetup,
  type WireFault,
} from "./accumulator.fixture.ts";
import { settle, visits } from "./keyed.fixture.ts";

async function observed(): Promise<{ setup: AccumulatorSetup; changes: string[] }> {
  const changes: string[] = [];
  const observe = (event: LayerEvent): void => {
    if (event.type === "sequence") changes.push(`${event.from} ${event.to}`);
  };
  return { setup: await createAccumulatorModel({ observe }), changes };
}

test("the observer is told when sequences begin and how they are over", async () => {
  const { setup, changes } = await observed();
  const { model, transport } = setup;
  await model.sequence().predict({ X: 1 }, { end: true });
  const ended = model.sequence();
  await ended.predict({ X: 1 });
  await ended.end();
  const left = model.sequence();
  await left.predict({ X: 1 });
  await left.close();
  await model.sequence().close();
  const lost = model.sequence();
  await lost.predict({ X: 1 });
  transport.gate = async () => wireFaults["reset-after"];
  for (const one of [lost, model.sequence()]) {
    await expect(one.predict({ X: 2 })).rejects.toMatchObject({ code: "sequence" });
    await one.close();
  }
  expect(changes).toEqual([
    "new ended",
    "new open",
    "open ended",
    "new open",
    "open left",
    "new open",
    "open lost",
    "new lost",
  ]);
});

const ends: readonly (readonly [string, WireFault | undefined])[] = [
  ["open ended", undefined],
  ["open lost", wireFaults["reset-before"]],
  ["open left", wireFaults["not-sent"]],
];

test.each(ends)("a key whose end comes to this is over as well: %s", async (last, fault) => {
  const { setup, changes } = await observed();
  setup.transport.gate = async (_request, value) => (value === 0 ? fault : undefined);
  await settle(setup, visits("a1 a2"));
  expect(changes).toEqual(["new open", last]);
});

test("keys of a stream that is left early are over", async () => {
  const { setup, changes } = await observed();
  const { model, clock } = setup;
  const sequence = ({ user }: { user: string }): string => user;
  for await (const _row of model.predictAll(visits("a1 b2 c3"), { sequence, window: 1 })) break;
  await clock.advance(0);
  expect(changes.filter((one) => one === "new open")).toHaveLength(1);
  expect(changes.filter((one) => one === "open left")).toHaveLength(1);
});
