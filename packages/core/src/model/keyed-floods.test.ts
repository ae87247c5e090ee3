import { describe, expect, it } from "vitest";
import type { Settled } from "../flow/settled.ts";
import { createAccumulatorModel } from "./accumulator.fixture.ts";
import { appliedLists, collect } from "./keyed.fixture.ts";

const count = 30_000;

/** Found out while its request is made. */
const tooLarge = 2 ** 40;
/** Found out as soon as it may leave, in the turn of the step before it. */
const missing = undefined;

type MaybeVisit = Readonly<Record<"user", string> & Record<"X", number | undefined>>;
type Outcome = Settled<Record<string, unknown>, unknown>;

const codeOf = (one: Outcome | undefined): unknown =>
  one?.outcome === "failed" ? one.error.code : one?.outcome;

/** The first record is held until all others wait behind it. */
async function flood(
  bad: number | undefined,
  userOf: (index: number) => string,
): Promise<readonly Outcome[]> {
  const setup = await createAccumulatorModel({ maxInFlight: 1 });
  const released = Promise.withResolvers<undefined>();
  setup.transport.gate = () => released.promise;
  function* records(): Generator<MaybeVisit> {
    yield { user: userOf(0), X: 1 };
    for (let index = 1; index <= count; index += 1) yield { user: userOf(index), X: bad };
    yield { user: userOf(0), X: 2 };
    released.resolve(undefined);
  }
  const sequence = { key: ({ user }: Record<string, unknown>) => String(user) };
  const options = { window: count + 3, sequence };
  const outcomes = await collect(setup.model.settleAll(records(), options));
  expect(appliedLists(setup)).toEqual([[1, 2, 0]]);
  return outcomes;
}

describe.each([
  ["while its request is made", tooLarge],
  ["as soon as it may leave", missing],
])("any number of records, each of which fails %s,", (_when, bad) => {
  it.each([
    ["of one key", () => "a"],
    ["of as many keys", (index: number) => `key ${index}`],
  ])("%s, fail one by one and leave the others as they are", async (_whose, userOf) => {
    const outcomes = await flood(bad, userOf);
    expect(outcomes).toHaveLength(count + 2);
    expect([codeOf(outcomes[0]), codeOf(outcomes.at(-1))]).toEqual(["ok", "ok"]);
    expect(new Set(outcomes.slice(1, -1).map(codeOf))).toEqual(new Set(["encode"]));
  });
});
