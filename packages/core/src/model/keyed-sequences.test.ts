import { describe, expect, it } from "vitest";
import { createAccumulatorModel, wireFaults } from "./accumulator.fixture.ts";
import { appliedLists, collect, settle, sums, visits } from "./keyed.fixture.ts";

describe("keyed sequences", () => {
  it("keep one sequence for each key, and end it with the stream", async () => {
    const setup = await createAccumulatorModel();
    const rows = await collect(
      setup.model.predictAll(visits("a1 b10 a2 b20 a3"), { sequence: ({ user }) => user }),
    );
    expect(rows.map(({ SUM }) => SUM)).toEqual([1, 10, 3, 30, 6]);
    await setup.clock.advance(0);
    expect(appliedLists(setup)).toEqual([
      [1, 2, 3, 0],
      [10, 20, 0],
    ]);
    expect(setup.clock.timers).toBe(0);
  });

  it("end with the record that says so, and the next one begins anew", async () => {
    const setup = await createAccumulatorModel();
    const { outcomes, events } = await settle(setup, visits("a1 a9 a2 a9"), {
      isLast: ({ X }) => X === 9,
    });
    expect(sums(outcomes)).toEqual([1, 10, 2, 11]);
    expect(appliedLists(setup)).toEqual([
      [1, 9],
      [2, 9],
    ]);
    expect(events).toMatchObject([
      { kind: "started", key: "a" },
      { kind: "ended", key: "a", cause: "last" },
      { kind: "started", key: "a" },
      { kind: "ended", key: "a", cause: "last" },
    ]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(2);
  });

  it("send one step of a key at a time, and those of many keys side by side", async () => {
    const setup = await createAccumulatorModel();
    const { clock, transport } = setup;
    let most = 0;
    transport.gate = (_request, value) =>
      new Promise((resolve) => {
        most = Math.max(most, transport.underWay.size);
        clock.setTimer(() => resolve(undefined), 50 - value);
      });
    // The accumulator fails on a second step of a sequence that has one under way.
    const { outcomes } = await settle(setup, visits("a1 b2 c3 a4 b5 c6 a7 b8 c9"));
    expect(sums(outcomes)).toEqual([1, 2, 3, 5, 7, 9, 12, 15, 18]);
    expect(most).toBe(3);
  });

  it("keep the order of each key when the stream does not", async () => {
    const setup = await createAccumulatorModel();
    const { clock, transport } = setup;
    transport.gate = (_request, value) =>
      new Promise((resolve) => void clock.setTimer(() => resolve(undefined), value > 9 ? 100 : 5));
    const records = [...visits("a10 a1 b2 a3 b4"), { user: "a", X: Number.NaN }];
    const { outcomes } = await settle(setup, records, {}, { ordered: false });
    expect(outcomes.map(({ record }) => record.user + record.X)).toEqual(
      "b2 b4 a10 a1 a3 aNaN".split(" "),
    );
  });

  it("share the slots of the model", async () => {
    const setup = await createAccumulatorModel({ maxInFlight: 2, timeout: "1s" });
    const { clock, transport } = setup;
    let most = 0;
    transport.gate = () =>
      new Promise((resolve) => {
        most = Math.max(most, transport.underWay.size);
        clock.setTimer(() => resolve(undefined), 900);
      });
    const { outcomes } = await settle(setup, visits("a1 b2 c3 d4 e5 f6"), {}, { window: 6 });
    expect(sums(outcomes)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(most).toBe(2);
  });

  it.each([
    ["throws", () => JSON.parse("{"), "found an error"],
    ["gives nothing", () => undefined, "found undefined"],
    ["gives an object", () => ({}), "found object"],
  ])("fail a record whose key function %s, alone", async (_what, odd, problem) => {
    const setup = await createAccumulatorModel();
    const { outcomes } = await settle(setup, visits("a1 b2 a3"), {
      key: ({ user }) => (user === "b" ? odd() : user) as string,
    });
    expect(sums(outcomes)).toEqual([1, "encode", 4]);
    expect(outcomes[1]).toMatchObject({ error: { message: expect.stringContaining(problem) } });
  });

  it.each([{ maxLive: 0 }, { maxLive: 1.5 }, { keepSteps: -1 }])("refuse %j", async (bounds) => {
    const { model } = await createAccumulatorModel();
    const sequence = { key: () => "a", ...bounds };
    expect(() => model.flow({ sequence }, () => undefined)).toThrow("from 1 on");
  });
});

describe("a key whose sequence is lost", () => {
  const losing = async (options: object, sequence: object = {}, text = "a1 b1 a2 b2 a3 b3") => {
    const setup = await createAccumulatorModel(options);
    setup.transport.gate = async (_request, value) =>
      value === 2 ? wireFaults["reset-after"] : undefined;
    return settle(setup, visits(text), { key: ({ user }) => user, ...sequence });
  };

  it("fails its later records while other keys go on", async () => {
    const setup = await createAccumulatorModel();
    setup.transport.gate = async (_request, value) =>
      value === 2 ? wireFaults["reset-after"] : undefined;
    const { outcomes, events } = await settle(setup, visits("a1 b1 a2 b3 a3 b4"));
    expect(sums(outcomes)).toEqual([1, 1, "step-unknown", 4, "step-unknown", 8]);
    expect(setup.transport.seen).toHaveLength(6);
    expect(events.filter(({ kind }) => kind === "lost")).toMatchObject([{ key: "a" }]);
  });

  it("fails them up to the one that ends it", async () => {
    const { outcomes } = await losing(
      {},
      { isLast: ({ X }: { X: number }) => X === 9 },
      "a1 a2 a3 a9 a4 a9",
    );
    expect(sums(outcomes)).toEqual([1, "step-unknown", "step-unknown", "step-unknown", 4, 13]);
  });

  it("gives its records the default row where that is wanted", async () => {
    const { outcomes } = await losing({ defaultValue: null, onError: "default" }, {}, "a1 a2 a3");
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["ok", "fallback", "fallback"]);
  });
});

it("an observer of sequences that throws fails no record and, behind its turn, ends no process", async () => {
  const told: unknown[] = [];
  const { outcomes } = await settle(await createAccumulatorModel(), visits("a1 a2"), {
    // An error that nobody catches ends the run of the tests as well.
    onEvent({ kind }) {
      told.push(kind);
      throw new Error("no room left to write to");
    },
  });
  expect(sums(outcomes)).toEqual([1, 3]);
  expect(told).toEqual(["started", "ended"]);
});
