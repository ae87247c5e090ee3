import { describe, expect, it } from "vitest";
import { settleMicrotasks } from "../transport/virtual-clock.fixture.ts";
import { createBalanced, tally, type Balanced } from "./balancer.fixture.ts";
import { callWith, request, serverError, transportError } from "./layers.fixture.ts";

const send = ({ infer }: Balanced): Promise<unknown> =>
  infer({ ...request }, callWith()).catch((error: unknown) => error);

async function sendMany(balanced: Balanced, count: number): Promise<Record<string, number>> {
  const from = balanced.seen.length;
  for (let sent = 0; sent < count; sent += 1) await send(balanced);
  return tally(balanced.seen.slice(from));
}

describe("a balancer", () => {
  it("spreads requests evenly over endpoints that fare alike", async () => {
    const counts = await sendMany(createBalanced(["a", "b", "c"]), 3000);
    for (const address of ["a", "b", "c"]) {
      expect(counts[address]).toBeGreaterThan(900);
      expect(counts[address]).toBeLessThan(1100);
    }
  });

  it("sends little to an endpoint that is slow", async () => {
    const balanced = createBalanced(["fast", "slow"]);
    balanced.delays.set("fast", 10).set("slow", 200);
    for (let round = 0; round < 200; round += 1) {
      for (let sent = 0; sent < 4; sent += 1) void send(balanced);
      await balanced.clock.advance(10);
    }
    const { fast = 0, slow = 0 } = tally(balanced.seen);
    expect(slow * 4).toBeLessThan(fast);
    await balanced.clock.advance(1000);
  });

  it("repeats a request where it has not failed yet", async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const { infer, seen, errors } = createBalanced(["a", "b", "c"], { seed });
      for (const address of ["a", "b", "c"]) errors.set(address, serverError("overloaded"));
      const same = { ...request };
      for (let attempt = 1; attempt <= 6; attempt += 1) {
        await infer(same, callWith({ attempt })).catch(() => undefined);
      }
      expect(seen.slice(0, 3).toSorted()).toEqual(["a", "b", "c"]);
      // Then where it failed first, for that is longest ago.
      expect(seen.slice(3)).toEqual(seen.slice(0, 3));
    }
  });

  it("leaves out an endpoint that fails, and takes it back by one probe", async () => {
    const balanced = createBalanced(["good", "bad"]);
    balanced.errors.set("bad", transportError("not-sent"));
    const before = await sendMany(balanced, 100);
    expect(before["bad"]).toBe(5);
    balanced.errors.clear();
    expect(await sendMany(balanced, 100)).toEqual({ good: 100 });

    await balanced.clock.advance(5000);
    await sendMany(balanced, 20);
    await balanced.clock.advance(2000);
    const { good = 0, bad = 0 } = await sendMany(balanced, 1000);
    expect(Math.abs(good - bad)).toBeLessThan(150);
    expect(balanced.events).toEqual([
      { type: "circuit", from: "closed", to: "open", endpoint: "bad" },
      { type: "circuit", from: "open", to: "half-open", endpoint: "bad" },
      { type: "circuit", from: "half-open", to: "closed", endpoint: "bad" },
    ]);
  });

  it("leaves out at most half of the endpoints when there is no breaker", async () => {
    const balanced = createBalanced(["a", "b", "c"]);
    for (const address of ["a", "b", "c"]) balanced.errors.set(address, transportError("unknown"));
    await sendMany(balanced, 200);
    expect(balanced.events).toHaveLength(1);
    expect(Object.keys(await sendMany(balanced, 100))).toHaveLength(2);
  });

  it("with a breaker sends nothing when every circuit is open, and tells when to come back", async () => {
    const balanced = createBalanced(["a", "b"], { isStrict: true });
    for (const address of ["a", "b"]) balanced.errors.set(address, transportError("not-sent"));
    const sent = await sendMany(balanced, 100);
    expect(sent).toEqual({ a: 5, b: 5 });
    const error = await send(balanced);
    expect(error).toMatchObject({ code: "circuit-open", delivery: "not-sent", retryable: true });
  });
});

describe("health checks of a balancer", () => {
  it("keep work away from an endpoint until it is ready again", async () => {
    const balanced = createBalanced(["a", "b"]);
    balanced.balancer.setReady("a", false);
    balanced.balancer.setReady("a", false);
    expect(await sendMany(balanced, 50)).toEqual({ b: 50 });
    balanced.balancer.setReady("a", true);
    expect(Object.keys(await sendMany(balanced, 50)).toSorted()).toEqual(["a", "b"]);
    expect(balanced.events).toEqual([
      { type: "health", endpoint: "a", ready: false },
      { type: "health", endpoint: "a", ready: true },
    ]);
  });

  it("fail what comes while no endpoint is ready in a way that may be repeated", async () => {
    const balanced = createBalanced(["a", "b"]);
    for (const address of ["a", "b"]) balanced.balancer.setReady(address, false);
    expect(await send(balanced)).toMatchObject({
      code: "transport",
      delivery: "not-sent",
      retryable: true,
      message: 'model "m": expected an endpoint that is ready, found that health checks failed',
    });
    expect(balanced.seen).toEqual([]);
  });

  it("let what is under way end", async () => {
    const balanced = createBalanced(["a"]);
    balanced.delays.set("a", 100);
    const answer = send(balanced);
    await settleMicrotasks();
    balanced.balancer.setReady("a", false);
    await balanced.clock.advance(100);
    expect(await answer).toEqual({ modelName: "m", outputs: [] });
  });
});
