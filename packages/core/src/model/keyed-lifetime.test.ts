import { describe, expect, it } from "vitest";
import { createVirtualClock, type VirtualClock } from "../transport/virtual-clock.fixture.ts";
import { accumulatorMetadata, createAccumulatorModel, wireFaults } from "./accumulator.fixture.ts";
import { appliedLists, collect, settle, sums, visits, type Visit } from "./keyed.fixture.ts";

/** Visits with waits between them: `a1 500 a2` waits for half a second. */
async function* timed(clock: VirtualClock, text: string): AsyncGenerator<Visit> {
  for (const one of text.split(" ")) {
    if (/^\d/.test(one)) await new Promise<void>((go) => void clock.setTimer(go, Number(one)));
    else yield* visits(one);
  }
}

describe("a quiet key", () => {
  it("is ended before the server forgets it, and its next record starts anew", async () => {
    const setup = await createAccumulatorModel();
    const source = timed(setup.clock, "a1 700 a2 799 b5 a3 801 a4");
    const { outcomes, events } = await settle(setup, source);
    expect(sums(outcomes)).toEqual([1, 3, 5, 6, 4]);
    expect(appliedLists(setup)).toEqual([
      [1, 2, 3, 0],
      [5, 0],
      [4, 0],
    ]);
    expect(events.filter(({ kind }) => kind === "ended")).toMatchObject([
      { key: "b", cause: "idle" },
      { key: "a", cause: "idle" },
      { key: "a", cause: "drain" },
    ]);
  });

  it("is quiet from the moment its last step left, as the server counts", async () => {
    const setup = await createAccumulatorModel({ sequenceIdle: 500 });
    setup.transport.gate = () =>
      new Promise((resolve) => void setup.clock.setTimer(() => resolve(undefined), 300));
    const { outcomes } = await settle(setup, timed(setup.clock, "a1 450 a2 550 a3"));
    expect(sums(outcomes)).toEqual([1, 3, 3]);
  });

  it("is not ended while its records wait", async () => {
    const setup = await createAccumulatorModel({ sequenceIdle: 500 });
    setup.transport.gate = () =>
      new Promise((resolve) => void setup.clock.setTimer(() => resolve(undefined), 600));
    const { outcomes } = await settle(setup, visits("a1 a2 a3"));
    expect(sums(outcomes)).toEqual([1, 3, 6]);
  });

  it("P20: is ended also when its timer comes late, behind a blocked event loop", async () => {
    const clock = createVirtualClock();
    let blockedMs = 0;
    const late = { ...clock, now: () => clock.now() + blockedMs };
    const { transport, model } = await createAccumulatorModel({ clock: late, sequenceKey: "user" });
    await Promise.all(visits("a1 a2").map((visit) => model.predict(visit)));
    blockedMs = 900;
    await Promise.all(visits("a3").map((visit) => model.predict(visit)));
    expect(transport.seen.map(({ start, end }) => [start, end])).toEqual([
      [true, false],
      [false, false],
      [false, true],
      [true, false],
    ]);
  });

  it("that was lost is forgotten with its idle time", async () => {
    const setup = await createAccumulatorModel();
    setup.transport.gate = async (_request, value) =>
      value === 2 ? wireFaults["reset-after"] : undefined;
    const { outcomes } = await settle(setup, timed(setup.clock, "a1 a2 100 a3 900 a4"));
    expect(sums(outcomes)).toEqual([1, "step-unknown", "step-unknown", 4]);
  });

  it("is kept for ever where nobody knows of an idle time", async () => {
    const setup = await createAccumulatorModel({}, { ...accumulatorMetadata, sequence: {} });
    const { outcomes } = await settle(setup, timed(setup.clock, "a1 500000 a2"));
    expect(sums(outcomes)).toEqual([1, 3]);
  });

  it("cannot be allowed longer than the server waits", async () => {
    await expect(createAccumulatorModel({ sequenceIdle: "1s" })).rejects.toThrow(
      "sequenceIdle: expected less than the 1000 ms after which the server forgets a sequence",
    );
  });
});

describe("many keys", () => {
  it("are bounded: the one that was used longest ago is ended for another", async () => {
    const setup = await createAccumulatorModel();
    const source = timed(setup.clock, "a1 1 b1 1 a2 1 c1 1 b2 1 a3");
    const { outcomes, events } = await settle(setup, source, { maxLive: 2 });
    expect(sums(outcomes)).toEqual([1, 1, 3, 1, 2, 3]);
    expect(events.filter(({ cause }) => cause === "evicted").map(({ key }) => key)).toEqual([
      "b",
      "a",
      "c",
    ]);
  });

  it("may be more while each has a record under way", async () => {
    const setup = await createAccumulatorModel();
    setup.transport.gate = () =>
      new Promise((resolve) => void setup.clock.setTimer(() => resolve(undefined), 50));
    const source = timed(setup.clock, "a1 b1 c1 a2 b2 c2 500");
    const { outcomes, events } = await settle(setup, source, { maxLive: 1 });
    expect(sums(outcomes)).toEqual([1, 1, 1, 3, 3, 3]);
    expect(events.filter(({ cause }) => cause === "evicted")).toHaveLength(2);
  });
});

describe("leaving a stream early", () => {
  it("aborts what is under way, sends no end and leaves no timer", async () => {
    const { clock, transport, model } = await createAccumulatorModel();
    const rows: unknown[] = [];
    const sequence = ({ user }: Visit): string => user;
    const endless = function* (): Generator<Visit> {
      for (let X = 0; ; X += 1) yield { user: X % 2 === 0 ? "a" : "b", X };
    };
    for await (const row of model.predictAll(endless(), { sequence, window: 4 })) {
      rows.push(row);
      if (rows.length === 5) break;
    }
    await clock.advance(0);
    expect(transport.seen.some(({ end }) => end)).toBe(false);
    expect(clock.timers).toBe(0);
    await model.close();
    expect(transport.closed).toBe(true);
  });

  it("lets go of keys that are quiet", async () => {
    const { clock, transport, model } = await createAccumulatorModel();
    const waiting = async function* (): AsyncGenerator<Visit> {
      yield* visits("a1 b1");
      await new Promise(() => undefined);
    };
    const sequence = ({ user }: Visit): string => user;
    const rows = model.predictAll(waiting(), { sequence });
    await rows.next();
    await rows.next();
    await clock.advance(0);
    expect(clock.timers).toBe(2);
    await rows.return();
    expect(clock.timers).toBe(0);
    expect(transport.seen).toHaveLength(2);
  });

  it("with a signal throws its reason", async () => {
    const { clock, transport, model } = await createAccumulatorModel();
    transport.gate = () => new Promise(() => undefined);
    const controller = new AbortController();
    const { signal } = controller;
    const rows = collect(
      model.predictAll(visits("a1 a2"), { sequence: ({ user }) => user, signal }),
    );
    const outcome = expect(rows).rejects.toThrow("mine");
    await clock.advance(0);
    controller.abort(new Error("mine"));
    await outcome;
    expect(transport.seen).toHaveLength(1);
    expect(clock.timers).toBe(0);
  });
});

describe("the option sequence-key", () => {
  it("names the field of the key, for streams", async () => {
    const { clock, transport, model } = await createAccumulatorModel({ sequenceKey: "user" });
    const rows = await collect(model.predictAll(visits("a1 b2 a3")));
    expect(rows.map(({ SUM }) => SUM)).toEqual([1, 2, 4]);
    await clock.advance(0);
    expect(transport.seen.filter(({ end }) => end)).toHaveLength(2);
  });

  it("and for single records, whose sequences end with the model", async () => {
    const { clock, transport, model } = await createAccumulatorModel({ sequenceKey: "user" });
    const rows = await Promise.all(visits("a1 b2 a3").map((record) => model.predict(record)));
    expect(rows.map(({ SUM }) => SUM)).toEqual([1, 2, 4]);
    await expect(model.predict({ X: 1 })).rejects.toThrow(
      'sequence-key: expected field "user" of the record to be text or a number, found undefined',
    );
    expect(transport.seen.some(({ end }) => end)).toBe(false);
    await model.close();
    expect(transport.seen.filter(({ end }) => end)).toHaveLength(2);
    expect(clock.timers).toBe(0);
    await expect(model.predict({ user: "a", X: 1 })).rejects.toMatchObject({ code: "closed" });
  });
});
