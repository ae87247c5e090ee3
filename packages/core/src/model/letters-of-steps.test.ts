import { expect, it } from "vitest";
import type { DeadLetter } from "../flow/dead-letter.ts";
import { settleMicrotasks } from "../transport/virtual-clock.fixture.ts";
import { createAccumulatorModel, wireFaults } from "./accumulator.fixture.ts";

it("a step that failed has a dead letter, which tells how often it was sent, and close awaits it", async () => {
  const letters: DeadLetter<object>[] = [];
  let keep: () => void = () => undefined;
  const { transport, model } = await createAccumulatorModel({
    onError: "dead-letter",
    onDeadLetter: async (letter: DeadLetter<object>) => {
      await new Promise<void>((resolve) => (keep = resolve));
      letters.push(letter);
    },
  });
  transport.gate = async () => wireFaults["reset-after"];
  const sequence = model.sequence();
  const failed = expect(sequence.predict({ X: 1 })).rejects.toMatchObject({ code: "sequence" });
  await settleMicrotasks();
  let closed = false;
  const closing = model.close().then(() => (closed = true));
  await settleMicrotasks();
  expect({ closed, isTransportClosed: transport.closed }).toEqual({
    closed: false,
    isTransportClosed: false,
  });
  keep();
  await failed;
  await closing;
  expect(letters).toMatchObject([
    { record: { X: 1 }, error: { code: "sequence", reason: "step-unknown" }, attempts: 1 },
  ]);
});

it("a step of a sequence that is lost already has a letter that tells of no attempt", async () => {
  const letters: DeadLetter<object>[] = [];
  const { transport, model } = await createAccumulatorModel({
    onError: "dead-letter",
    onDeadLetter: (letter: DeadLetter<object>) => void letters.push(letter),
  });
  transport.gate = async () => wireFaults["reset-after"];
  const sequence = model.sequence();
  await Promise.allSettled([1, 2].map((X) => sequence.predict({ X })));
  expect(letters.map(({ attempts }) => attempts)).toEqual([1, 0]);
  await model.close();
});
