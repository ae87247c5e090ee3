import { describe, expect, it } from "vitest";
import { runRounds, type Competitor, type Measured, type RoundOptions } from "./separate.ts";
import { createRandom } from "./statistics.ts";

const competitors: readonly Competitor[] = ["ours", "theirs", "others"].map((name) => ({
  name,
  command: [],
}));

function hold(
  options: Partial<RoundOptions>,
  entered: readonly Competitor[] = competitors,
): ReturnType<typeof runRounds> {
  const measured: Measured = { n: 1, errors: 0, cpu_us: 1, rps: 1 };
  return runRounds(entered, {
    rounds: { least: 3, most: 9 },
    random: createRandom(1),
    isSure: () => true,
    run: async () => measured,
    ...options,
  });
}

/** A client that waits for its core in those runs that are told. */
function waitingIn(isBusy: (run: number) => boolean): () => Promise<Measured> {
  let runs = 0;
  return async () => {
    runs += 1;
    return { n: 1, errors: 0, cpu_us: runs, rps: 1, waited: isBusy(runs) ? 0.5 : 0 };
  };
}

describe("rounds", () => {
  it("are the least where that is sure, and the most where it never is", async () => {
    expect(await hold({})).toHaveLength(3);
    expect(await hold({ isSure: () => false })).toHaveLength(9);
  });

  it("go on until they are sure", async () => {
    expect(await hold({ isSure: (rounds) => rounds.length > 4 })).toHaveLength(5);
  });

  it("have every client in an order of their own", async () => {
    const orders = (await hold({ isSure: () => false })).map((round) =>
      [...round.keys()].join(" "),
    );
    expect(new Set(orders).size).toBeGreaterThan(2);
    for (const order of orders) expect(order.split(" ").toSorted()).toHaveLength(3);
  });

  it("leave out a client behind its own number of rounds", async () => {
    const entered = competitors.map((one) => (one.name === "others" ? { ...one, rounds: 2 } : one));
    const rounds = await hold({ isSure: () => false }, entered);
    expect(rounds.filter((round) => round.has("others"))).toHaveLength(2);
    expect(rounds.filter((round) => round.has("theirs"))).toHaveLength(9);
  });

  it("are held again where others had the core", async () => {
    const rounds = await hold({ run: waitingIn((run) => run === 2) });
    expect(rounds).toHaveLength(3);
    expect(rounds.flatMap((round) => [...round.values()]).map(({ cpu_us }) => cpu_us)).toEqual([
      4, 5, 6, 7, 8, 9, 10, 11, 12,
    ]);
  });

  it("end where others never leave the core", async () => {
    expect(await hold({ run: waitingIn(() => true) })).toHaveLength(9);
  });
});
