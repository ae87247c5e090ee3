import { expect, it } from "vitest";
import type { DeadLetter } from "../flow/dead-letter.ts";
import { settleMicrotasks } from "../transport/virtual-clock.fixture.ts";
import { createAccumulatorModel, wireFaults } from "./accumulator.fixture.ts";
import { sums, visits, type Outcome } from "./keyed.fixture.ts";

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

it("P19: a record that is given up while its letter is written does not settle as well", async () => {
  const letter = Promise.withResolvers<void>();
  const { model } = await createAccumulatorModel({
    onError: "dead-letter",
    onDeadLetter: () => letter.promise,
  });
  const controller = new AbortController();
  const options = { signal: controller.signal };
  const step = model.sequence().predict({ X: "unfit" }, options);
  const key = ({ user }: object & { user?: string }): string => user ?? "";
  const settled = model
    .settleAll([{ X: "unfit", user: "a" }], { sequence: key, ...options })
    .next();
  const keyless = model.flow({ sequence: () => refuse() }, () => undefined);
  keyless.push({ X: 1 });
  await settleMicrotasks();
  keyless.close();
  controller.abort(new Error("given up"));
  await Promise.all([step, settled].map((one) => expect(one).rejects.toThrow("given up")));
  letter.resolve();
  await settleMicrotasks();
  const { taken, cancelled, failed } = model.stats().records;
  expect({ taken, cancelled, failed }).toEqual({ taken: 3, cancelled: 3, failed: {} });
  await model.close();
});

it("P4: what a key's failed record has behind it waits for its letter, and no other key does", async () => {
  const letter = Promise.withResolvers<void>();
  const { model, transport } = await createAccumulatorModel({
    onError: "dead-letter",
    onDeadLetter: () => letter.promise,
  });
  transport.gate = async (_, value) => (value === 2 ? wireFaults.refused : undefined);
  const outcomes: Outcome[] = [];
  const records = visits("a1 a2 a3 b4");
  const settle = async (): Promise<void> => {
    const options = { ordered: false, sequence: ({ user }: (typeof records)[number]) => user };
    for await (const one of model.settleAll(records, options)) outcomes.push(one);
  };
  const settling = settle();
  await settleMicrotasks();
  expect(sums(outcomes)).toEqual([1, 4]);
  letter.resolve();
  await settling;
  expect(sums(outcomes)).toEqual([1, 4, "server", 4]);
  await model.close();
});

function refuse(): never {
  throw new Error("no key");
}
