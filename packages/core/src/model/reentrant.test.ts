import { describe, expect, it } from "vitest";
import type { LayerEvent } from "../layers/observe.ts";
import { createAccumulatorModel, wireFaults } from "./accumulator.fixture.ts";
import { appliedLists, collect, settle, sums, visits, type Visit } from "./keyed.fixture.ts";

const reason = new Error("no longer wanted");

const key = ({ user }: Record<string, unknown>): string => String(user);

/** What a promise rejects with. */
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (row) => ({ unexpected: row }),
    (error: unknown) => error,
  );

/** Aborts when a sequence is lost, while the step that lost it is being settled. */
function abortOnLoss(): { controller: AbortController; observe: (event: LayerEvent) => void } {
  const controller = new AbortController();
  return {
    controller,
    observe(event) {
      if (event.type === "sequence" && event.to === "lost") controller.abort(reason);
    },
  };
}

describe("an observer that gives up the step by which a sequence is lost", () => {
  it("settles it once: the next step is refused and not sent", async () => {
    const { controller, observe } = abortOnLoss();
    const { model, transport } = await createAccumulatorModel({ observe });
    transport.gate = async (_request, value) =>
      value === 2 ? wireFaults["reset-after"] : undefined;
    const sequence = model.sequence();
    await sequence.predict({ X: 1 });
    const second = failureOf(sequence.predict({ X: 2 }, { signal: controller.signal }));
    const third = failureOf(sequence.predict({ X: 3 }));
    expect(await second).toBe(reason);
    expect(await third).toMatchObject({ code: "sequence", reason: "step-unknown", steps: 1 });
    expect([sequence.state, sequence.steps, transport.seen.length]).toEqual(["lost", 1, 2]);
    await sequence.close();
  });

  it("leaves the next step of the key its own outcome", async () => {
    const { controller, observe } = abortOnLoss();
    const { model, transport } = await createAccumulatorModel({ observe, sequenceKey: "user" });
    transport.gate = async (_request, value) =>
      value === 1 ? wireFaults["reset-after"] : undefined;
    const [one, two] = visits("a1 a2");
    const first = failureOf(model.predict(one ?? {}, { signal: controller.signal }));
    const second = failureOf(model.predict(two ?? {}));
    expect(await first).toBe(reason);
    expect(await second).toMatchObject({ code: "sequence" });
    expect([...transport.applied.values()]).toEqual([[[1]]]);
    await model.close();
  });
});

it("a signal that is aborted while its record leaves is heard", async () => {
  const controller = new AbortController();
  const observe = (event: LayerEvent): void => {
    if (event.type === "batch") controller.abort(reason);
  };
  const { model } = await createAccumulatorModel({ observe });
  const given = model.sequence().predict({ X: 1 }, { signal: controller.signal });
  expect(await failureOf(given)).toBe(reason);
});

it("a stream whose reader's function throws does not stop the steps of others", async () => {
  const { model, transport } = await createAccumulatorModel({ maxInFlight: 1 });
  const thrown: unknown[] = [];
  const onThrown = (error: unknown): void => void thrown.push(error);
  process.on("unhandledRejection", onThrown);
  let wakes = 0;
  const flow = model.flow({ sequence: key, ordered: false, window: 10 }, () => {
    wakes += 1;
    if (wakes === 1) throw reason;
  });
  for (const visit of visits("a1 b1 c1")) flow.push(visit);
  expect(await model.sequence().predict({ X: 9 })).toMatchObject({ SUM: 9 });
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", onThrown);
  expect(thrown).toEqual([reason]);
  expect(transport.seen).toHaveLength(4);
  expect(flow.size).toBe(3);
  flow.close();
});

it("a record is the last one of its key when what says so is true in any way", async () => {
  const isLast = ({ X }: Visit): boolean => JSON.parse(X === 2 ? "1" : "0");
  const setup = await createAccumulatorModel();
  const { outcomes } = await settle(setup, visits("a1 a2 a3 a4"), { isLast });
  expect(sums(outcomes)).toEqual([1, 3, 3, 7]);
  expect(appliedLists(setup)).toEqual([
    [1, 2],
    [3, 4, 0],
  ]);
});

it("a stream that is given up between two steps of a replay sends none of the others", async () => {
  const setup = await createAccumulatorModel();
  let faults = 1;
  setup.transport.gate = async (_request, value) => {
    if (value !== 4 || faults === 0) return undefined;
    faults -= 1;
    return wireFaults["reset-before"];
  };
  const controller = new AbortController();
  let sent = 0;
  let isRestarted = false;
  const reading = failureOf(
    collect(
      setup.model.settleAll(visits("a1 a2 a3 a4 a5"), {
        signal: controller.signal,
        sequence: {
          key,
          onLost: "restart",
          onEvent({ kind }) {
            isRestarted ||= kind === "restarted";
            if (!isRestarted || kind !== "started") return;
            sent = setup.transport.seen.length;
            controller.abort(reason);
          },
        },
      }),
    ),
  );
  await setup.clock.advance(600_000);
  expect(await reading).toBe(reason);
  expect(sent).toBe(5);
  expect(setup.transport.seen).toHaveLength(5);
});

describe.each(["key", "isLast"] as const)("a stream that is given up by its %s", (name) => {
  it("does not send that record, and leaves no timer", async () => {
    const setup = await createAccumulatorModel();
    const controller = new AbortController();
    const give = ({ X }: Record<string, unknown>): void => {
      if (X === 3) controller.abort(reason);
    };
    const sequence = {
      idleMs: 3_600_000,
      key(record: Record<string, unknown>) {
        if (name === "key") give(record);
        return key(record);
      },
      isLast(record: Record<string, unknown>) {
        if (name === "isLast") give(record);
        return false;
      },
    };
    const options = { sequence, signal: controller.signal };
    const reading = collect(setup.model.settleAll(visits("a1 a2 c3 d4"), options));
    expect(await failureOf(reading)).toBe(reason);
    await setup.model.close();
    expect(setup.transport.applied.size).toBe(1);
    expect(setup.clock.timers).toBe(0);
  });
});

describe("several steps of a sequence that are given up at one time", () => {
  const held = () => new Promise<undefined>(() => undefined);

  it("by a signal that they share, all end with its reason", async () => {
    const { model, transport } = await createAccumulatorModel();
    transport.gate = held;
    const controller = new AbortController();
    const sequence = model.sequence();
    const given = [1, 2, 3].map((X) =>
      failureOf(sequence.predict({ X }, { signal: controller.signal })),
    );
    controller.abort(reason);
    expect(await Promise.all(given)).toEqual([reason, reason, reason]);
    expect(transport.seen).toHaveLength(1);
  });

  it("by a forced close, all end with that, also those of other keys", async () => {
    const { model, transport } = await createAccumulatorModel({ sequenceKey: "user" });
    transport.gate = held;
    const given = visits("a1 a2 b1 b2 a3").map((visit) => failureOf(model.predict(visit)));
    await model.close({ force: true });
    for (const failure of await Promise.all(given))
      expect(failure).toMatchObject({ code: "closed" });
    expect(transport.seen).toHaveLength(2);
  });
});
