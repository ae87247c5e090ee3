import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { settleMicrotasks } from "../transport/virtual-clock.fixture.ts";
import { createHandFlow, iteratePlainly, type Outcome } from "./iterate.fixture.ts";
import { iterateFlow, type Iteration } from "./iterate.ts";
import type { RecordSource } from "./source.ts";

type Step =
  | { readonly act: "next" | "return" | "throw" | "turn" | "abort" }
  | { readonly act: "answer" | "arrive"; readonly record: number };

interface Plan {
  readonly steps: readonly Step[];
  readonly window: number;
  readonly ordered: boolean;
  /** How records come, and how many; behind them the source ends or fails. */
  readonly source: "at once" | "later";
  readonly count: number;
  readonly fails: boolean;
  /** Records that are left out, and one that ends the stream. */
  readonly leftOut: readonly number[];
  readonly thrownAt: number;
}

const record = fc.nat(9);
const steps = fc.oneof(
  { weight: 6, arbitrary: fc.record({ act: fc.constant("next" as const) }) },
  { weight: 6, arbitrary: fc.record({ act: fc.constant("answer" as const), record }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant("arrive" as const), record }) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant("turn" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constantFrom("return" as const, "throw", "abort") }),
  },
);
const plans: fc.Arbitrary<Plan> = fc.record({
  steps: fc.array(steps, { minLength: 10, maxLength: 60 }),
  // So few that both read the source at the same moments.
  window: fc.integer({ min: 1, max: 4 }),
  ordered: fc.boolean(),
  source: fc.constantFrom("at once" as const, "later" as const),
  count: fc.nat(10),
  fails: fc.boolean(),
  leftOut: fc.array(record, { maxLength: 3 }),
  thrownAt: fc.oneof(record, fc.constant(-1)),
});

type Iterate = (iteration: Iteration<number, number, string>) => AsyncGenerator<string>;

/** What a caller sees of a plan, answer by answer. */
async function follow(iterate: Iterate, plan: Plan): Promise<readonly unknown[]> {
  const { window, ordered, count, leftOut, thrownAt } = plan;
  const controller = new AbortController();
  const { signal } = controller;
  const hand = createHandFlow(window, ordered, signal);
  const seen: unknown[] = [];
  let overs = 0;
  const arrivals = Array.from({ length: count }, () => Promise.withResolvers<void>());
  const ended = (): void => {
    if (plan.fails) throw new Error("the source failed");
  };
  const sources: Record<Plan["source"], () => RecordSource<number>> = {
    *"at once"() {
      try {
        for (let next = 0; next < count; next += 1) yield next;
        ended();
      } finally {
        overs += 1;
      }
    },
    async *later() {
      try {
        for (let next = 0; next < count; next += 1) {
          await arrivals[next]?.promise;
          yield next;
        }
        ended();
      } finally {
        overs += 1;
      }
    },
  };
  const emit = (settled: Outcome): string | undefined => {
    if (settled.record === thrownAt) throw new Error(`${settled.record} ends it`);
    return leftOut.includes(settled.record) ? undefined : `row ${settled.record}`;
  };
  const rows = iterate({ records: sources[plan.source](), openFlow: hand.open, signal, emit });
  let calls = 0;
  const note = (answer: Promise<unknown>): void => {
    const call = (calls += 1);
    answer.then(
      (value) => seen.push([call, value]),
      (error: unknown) => seen.push([call, String(error)]),
    );
  };
  const acts: { [Act in Step["act"]]: (one: number) => unknown } = {
    next: () => note(rows.next()),
    return: () => note(rows.return(undefined)),
    throw: () => note(rows.throw(new Error("thrown in"))),
    answer: (one) => hand.answer(one),
    arrive: (one) => arrivals[one]?.resolve(),
    turn: settleMicrotasks,
    // Calls of the same turn may be answered before it or behind it; both are right.
    async abort() {
      await settleMicrotasks();
      controller.abort(new Error("aborted"));
    },
  };
  for (const step of plan.steps) {
    const done = acts[step.act]("record" in step ? step.record : 0);
    if (done instanceof Promise) await done;
  }
  await settleMicrotasks();
  return [...seen, { overs, closed: hand.flow?.closed, size: hand.flow?.size }];
}

test("answers as a generator would, call by call and in the same order", async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      expect(await follow(iterateFlow, plan)).toEqual(await follow(iteratePlainly, plan));
    }),
    { numRuns: 1000 },
  );
});

const valueOf = (settled: Outcome): number => settled.record;

describe("iterateFlow", () => {
  it("gives what settled together without another turn of the event loop", async () => {
    const hand = createHandFlow(4, true, undefined);
    const records = [0, 1, 2, 3];
    const rows = iterateFlow({ records, openFlow: hand.open, signal: undefined, emit: valueOf });
    const first = rows.next();
    for (const one of [3, 2, 1, 0]) hand.answer(one);
    await expect(first).resolves.toEqual({ done: false, value: 0 });
    const rest = [rows.next(), rows.next(), rows.next(), rows.next()];
    await expect(Promise.all(rest)).resolves.toEqual([
      { done: false, value: 1 },
      { done: false, value: 2 },
      { done: false, value: 3 },
      { done: true, value: undefined },
    ]);
    expect(hand.flow?.closed).toBe(true);
  });

  it("gives nothing behind a return, whatever is at hand", async () => {
    const hand = createHandFlow(4, true, undefined);
    const iteration = { records: [0, 1, 2], openFlow: hand.open, signal: undefined, emit: valueOf };
    const rows = iterateFlow(iteration);
    for (const one of [0, 1, 2]) hand.answer(one);
    await rows.next();
    const answers = [rows.return(undefined), rows.next()];
    const over = { done: true, value: undefined };
    await expect(Promise.all(answers)).resolves.toEqual([over, over]);
  });
});

describe("a source of iterateFlow", () => {
  it("that cannot be read leaves no flow open", async () => {
    const hand = createHandFlow(4, true, undefined);
    const records = {} as Iterable<number>;
    const iteration = { records, openFlow: hand.open, signal: undefined, emit: valueOf };
    await expect(iterateFlow(iteration).next()).rejects.toThrow(TypeError);
    expect(hand.flow?.closed).toBe(true);
  });

  it("that cannot be closed does not hide why the stream broke, but a return", async () => {
    const open = (): AsyncGenerator<number> => {
      const next = (): IteratorResult<number> => ({ done: false, value: 0 });
      const close = (): never => {
        throw new Error("not closed");
      };
      const records = { [Symbol.iterator]: () => ({ next, return: close }) };
      const hand = createHandFlow(4, true, undefined);
      hand.answer(0);
      return iterateFlow({ records, openFlow: hand.open, signal: undefined, emit: valueOf });
    };
    const [broken, left] = [open(), open()];
    await Promise.all([broken.next(), left.next()]);
    await expect(broken.throw(new Error("broken"))).rejects.toThrow("broken");
    await expect(left.return(undefined)).rejects.toThrow("not closed");
  });

  it("is read a few records at a time while its reader has rows at hand", async () => {
    const hand = createHandFlow(12, true, undefined);
    let read = 0;
    const records = (function* (): Generator<number> {
      for (;;) yield read++;
    })();
    const rows = iterateFlow({ records, openFlow: hand.open, signal: undefined, emit: valueOf });
    for (let one = 0; one < 12; one += 1) hand.answer(one);
    const reads: number[] = [];
    for (let one = 0; one < 7; one += 1) {
      await rows.next();
      reads.push(read);
    }
    // A quarter of the window: a reader that is slow does not make batches of one.
    expect(reads).toEqual([12, 12, 12, 15, 15, 15, 18]);
    await rows.return(undefined);
  });
});
