import { describe, expect, it } from "vitest";
import { createRound, type Round } from "./rounds.ts";

/** A round that runs when the test says so. */
function setUp(): { readonly round: Round; readonly plans: (() => void)[] } {
  const plans: (() => void)[] = [];
  return { round: createRound((run) => void plans.push(run)), plans };
}

describe("a round", () => {
  it("is planned once for all that is added before it runs, and again behind that", () => {
    const { round, plans } = setUp();
    const done: string[] = [];
    round.add(() => done.push("a"));
    round.add(() => {
      done.push("b");
      round.add(() => done.push("c"));
    });
    expect(plans).toHaveLength(1);
    plans[0]?.();
    expect(done).toEqual(["a", "b"]);
    expect(plans).toHaveLength(2);
    plans[1]?.();
    expect(done).toEqual(["a", "b", "c"]);
  });

  it("does everything else although something throws", () => {
    const { round, plans } = setUp();
    const done: string[] = [];
    round.add(() => {
      throw new Error("a");
    });
    round.add(() => done.push("b"));
    expect(() => plans[0]?.()).toThrow("a");
    plans[1]?.();
    expect(done).toEqual(["b"]);
  });
});
