import { describe, expect, it } from "vitest";
import type { SequencePosition } from "../protocol/request.ts";
import { createBalanced, tally, type Balanced } from "./balancer.fixture.ts";
import { callWith, request, transportError } from "./layers.fixture.ts";

const addresses = ["a", "b", "c", "d"];

/** Sends one step. @returns where it went, or its error */
async function step(
  { infer, seen }: Balanced,
  id: SequencePosition["id"],
  flags: { start?: boolean; end?: boolean } = {},
): Promise<unknown> {
  const sequence = { id, start: false, end: false, ...flags };
  const from = seen.length;
  try {
    await infer({ ...request, sequence }, callWith());
    return seen[from];
  } catch (error) {
    return error;
  }
}

describe("sequences over several endpoints", () => {
  it("stay where they began, and spread over all endpoints", async () => {
    const balanced = createBalanced(addresses);
    const homes: string[] = [];
    for (let id = 1n; id <= 400n; id += 1n) {
      const home = await step(balanced, id, { start: true });
      homes.push(String(home));
      for (let steps = 0; steps < 5; steps += 1) expect(await step(balanced, id)).toBe(home);
      expect(await step(balanced, id, { end: true })).toBe(home);
    }
    for (const count of Object.values(tally(homes))) expect(count).toBeGreaterThan(60);
    expect(Object.keys(tally(homes)).toSorted()).toEqual(addresses);
  });

  it("tell the number 42 from the text", async () => {
    const balanced = createBalanced(["a", "b"]);
    const home = await step(balanced, 42n, { start: true });
    balanced.balancer.setReady(String(home), false);
    const other = await step(balanced, "42", { start: true });
    expect(other).not.toBe(home);
    expect(await step(balanced, "42")).toBe(other);
    expect(await step(balanced, 42n)).toMatchObject({ code: "sequence" });
  });

  it("have the same home in every process, even for one that saw no start", async () => {
    const [one, other] = [createBalanced(addresses), createBalanced(addresses, { seed: 2 })];
    for (let id = 1n; id <= 50n; id += 1n) {
      expect(await step(other, id)).toBe(await step(one, id, { start: true }));
    }
  });

  it("are lost with their endpoint, are told so at each step, and may start anew elsewhere", async () => {
    const balanced = createBalanced(addresses);
    const home = String(await step(balanced, "s", { start: true }));
    balanced.balancer.setReady(home, false);
    // Even when the endpoint is back: nobody knows what it remembers.
    balanced.balancer.setReady(home, true);
    for (let steps = 0; steps < 2; steps += 1) {
      expect(await step(balanced, "s")).toMatchObject({
        code: "sequence",
        reason: "forgotten",
        delivery: "not-sent",
        retryable: false,
        message: 'model "m": expected the endpoint that holds the sequence, found it gone since',
      });
    }
    balanced.balancer.setReady(home, false);
    const next = await step(balanced, "s", { start: true });
    expect(addresses.filter((address) => address !== home)).toContain(next);
    balanced.balancer.setReady(home, true);
    expect(await step(balanced, "s")).toBe(next);
  });

  it("are not moved by an endpoint that fails: a step may come through, or fails there", async () => {
    const balanced = createBalanced(["a", "b"]);
    const home = String(await step(balanced, "s", { start: true }));
    balanced.errors.set(home, transportError("not-sent"));
    for (let steps = 0; steps < 20; steps += 1) await step(balanced, "s");
    expect(tally(balanced.seen)).toEqual({ [home]: 21 });
    balanced.errors.clear();
    expect(await step(balanced, "s")).toBe(home);
  });

  it("start elsewhere when their first step could not be sent", async () => {
    const balanced = createBalanced(["a", "b"]);
    const first = { ...request, sequence: { id: "s", start: true, end: false } };
    for (const address of ["a", "b"]) balanced.errors.set(address, transportError("not-sent"));
    await balanced.infer(first, callWith()).catch(() => undefined);
    balanced.errors.clear();
    await balanced.infer(first, callWith({ attempt: 2 }));
    expect(balanced.seen.toSorted()).toEqual(["a", "b"]);
    expect(await step(balanced, "s")).toBe(balanced.seen[1]);
  });

  it("of one request go anywhere", async () => {
    const balanced = createBalanced(["a", "b"]);
    for (let sent = 0; sent < 100; sent += 1) await step(balanced, "s", { start: true, end: true });
    expect(Object.values(tally(balanced.seen)).every((count) => count > 30)).toBe(true);
  });
});
