import { describe, expect, it } from "vitest";
import { createAccumulatorModel, wireFaults, type WireFault } from "./accumulator.fixture.ts";
import { appliedLists, settle, sums, visits } from "./keyed.fixture.ts";

/** Goes wrong the first `times` times with the value 3. */
function failing(
  fault: WireFault,
  times: number,
): () => (request: unknown, value: number) => Promise<WireFault | undefined> {
  let left = times;
  return () => async (_request, value) => {
    if (value !== 3 || left === 0) return undefined;
    left -= 1;
    return fault;
  };
}

describe("restarting a lost sequence", () => {
  it.each(["reset-before", "reset-after", "raised"] as const)(
    "replays its answered steps under a new id after %s",
    async (fault) => {
      const setup = await createAccumulatorModel();
      setup.transport.gate = failing(wireFaults[fault], 1)();
      const records = visits("a1 b1 a2 a3 b2 a4");
      const { outcomes, events } = await settle(setup, records, { onLost: "restart" });
      expect(sums(outcomes)).toEqual([1, 1, 3, 6, 3, 10]);
      const [broken = [], other, whole] = appliedLists(setup);
      expect(broken.slice(0, 2)).toEqual([1, 2]);
      expect([other, whole]).toEqual([
        [1, 2, 0],
        [1, 2, 3, 4, 0],
      ]);
      const kinds = events.filter(({ key }) => key === "a").map(({ kind }) => kind);
      expect(kinds).toEqual(["started", "lost", "restarted", "started", "ended"]);
      expect(new Set(setup.transport.seen.map(({ id }) => id)).size).toBe(3);
    },
  );

  it("replays when the server has forgotten the sequence", async () => {
    const setup = await createAccumulatorModel();
    setup.transport.gate = async (_request, value) => {
      if (value === 3 && setup.transport.applied.size === 1) setup.transport.forget();
      return undefined;
    };
    const { outcomes } = await settle(setup, visits("a1 a2 a3"), { onLost: "restart" });
    expect(sums(outcomes)).toEqual([1, 3, 6]);
  });

  it("gives a record up that breaks every sequence, and goes on without it", async () => {
    const setup = await createAccumulatorModel();
    setup.transport.gate = failing(wireFaults.raised, Infinity)();
    const { outcomes } = await settle(setup, visits("a1 a3 a4"), { onLost: "restart" });
    expect(sums(outcomes)).toEqual([1, "step-unknown", 5]);
    expect(appliedLists(setup)).toEqual([
      [1, 3],
      [1, 3],
      [1, 3],
      [1, 3],
      [1, 4, 0],
    ]);
  });

  it("waits before each restart", async () => {
    const setup = await createAccumulatorModel({ retryInitialBackoff: 100, random: () => 1 });
    setup.transport.gate = failing(wireFaults["reset-before"], 2)();
    const times: number[] = [];
    const { gate } = setup.transport;
    setup.transport.gate = (request, value) => {
      times.push(setup.clock.now());
      return gate(request, value);
    };
    await settle(setup, visits("a3"), { onLost: "restart" });
    expect(times.slice(0, 3)).toEqual([0, 100, 300]);
  });

  it("fails a sequence that has outgrown what is kept", async () => {
    const setup = await createAccumulatorModel();
    setup.transport.gate = failing(wireFaults["reset-after"], 1)();
    const bounds = { onLost: "restart", keepSteps: 2 } as const;
    const grown = await settle(setup, visits("a1 a1 a1 a3 a4"), bounds);
    expect(sums(grown.outcomes)).toEqual([1, 2, 3, "step-unknown", "step-unknown"]);
    const other = await createAccumulatorModel();
    other.transport.gate = failing(wireFaults["reset-after"], 1)();
    const small = await settle(other, visits("a1 a1 a3 a4"), bounds);
    expect(sums(small.outcomes)).toEqual([1, 2, 5, 9]);
  });

  it("leaves the rest of a replay that could not be sent to the next record", async () => {
    const setup = await createAccumulatorModel();
    let requests = 0;
    setup.transport.gate = async () => {
      requests += 1;
      if (requests === 3) return wireFaults["reset-after"];
      return requests === 5 ? wireFaults["not-sent"] : undefined;
    };
    const { outcomes } = await settle(setup, visits("a1 a2 a3 a4"), { onLost: "restart" });
    expect(sums(outcomes)).toEqual([1, 3, "transport", 7]);
    expect(appliedLists(setup)).toEqual([
      [1, 2, 3],
      [1, 2, 4, 0],
    ]);
  });

  it("tells of a replay that the stream left half done, and does not end half a sequence", async () => {
    const setup = await createAccumulatorModel();
    let requests = 0;
    setup.transport.gate = async () => {
      requests += 1;
      if (requests === 3) return wireFaults["reset-after"];
      return requests === 5 ? wireFaults["not-sent"] : undefined;
    };
    const { outcomes, events } = await settle(setup, visits("a1 a2 a3"), { onLost: "restart" });
    expect(sums(outcomes)).toEqual([1, 3, "transport"]);
    expect(setup.transport.seen.some(({ end }) => end)).toBe(false);
    expect(events.map(({ kind }) => kind)).toEqual([
      "started",
      "lost",
      "restarted",
      "started",
      "lost",
    ]);
  });
});
