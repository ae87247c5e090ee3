import { expect, it } from "vitest";
import type { SequenceEvent } from "../flow/keyed-sequences.ts";
import { createAccumulatorModel } from "./accumulator.fixture.ts";
import { collect, visits } from "./keyed.fixture.ts";

it("P9: force ends live keyed sequences at once: quiet ones in order, those with a step under way as lost", async () => {
  const { model, transport, clock } = await createAccumulatorModel();
  const events: SequenceEvent[] = [];
  // Steps above 10 never come back: a and c have one under way, and c a record behind it; b is quiet.
  transport.gate = (_request, value) =>
    value > 10 ? new Promise(() => undefined) : Promise.resolve(undefined);
  const { promise: hold, resolve: goOn } = Promise.withResolvers<void>();
  async function* source() {
    yield* visits("a1 b2 c3 a11 c12 c4");
    await hold;
  }
  const key = ({ user }: { readonly user: string }): string => user;
  const sequence = { key, onEvent: (event: SequenceEvent) => void events.push(event) };
  const reading = collect(model.settleAll(source(), { sequence }));
  const ended = expect(reading).rejects.toMatchObject({ code: "closed" });
  await clock.advance(100);
  expect(transport.seen).toHaveLength(5);
  await model.close({ force: true });
  goOn();
  await ended;
  await clock.advance(600_000);
  expect(events.slice(3)).toMatchObject([
    { kind: "ended", key: "b", cause: "drain" },
    { kind: "lost", key: "a" },
    { kind: "lost", key: "c" },
  ]);
  // One end was sent, and nothing else: neither the record that waited nor ends of what was lost.
  expect(transport.seen.slice(5)).toMatchObject([{ start: false, end: true }]);
  expect([clock.timers, model.stats().recordsInside, transport.closed]).toEqual([0, 0, true]);
});
