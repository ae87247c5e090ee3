import { describe, expect, it } from "vitest";
import type { Meter } from "./meter.ts";
import type { Variant } from "./slice.ts";
import { isFlat, warmUp } from "./warm-up.ts";

/** A process whose only work is what `spend` says. */
function createMachine(): { readonly meter: Meter; readonly spend: (ms: number) => void } {
  let ms = 0;
  return {
    meter: { now: () => ms, cpuUs: () => ms * 1000, waitedMs: () => 0 },
    spend: (more) => void (ms += more),
  };
}

interface Warming {
  readonly variant: Variant;
  readonly runs: () => number;
}

/** Something whose runs cost what `costMs` says of how many there were before. */
function variantOf(spend: (ms: number) => void, costMs: (runs: number) => number): Warming {
  let runs = 0;
  const run = async (): Promise<void> => {
    spend(costMs(runs));
    runs += 1;
  };
  return { variant: { name: "", run }, runs: () => runs };
}

const options = { leastRuns: 0, leastMs: 800, mostMs: 8000 };

describe("costs", () => {
  it("are flat when the last four are hardly cheaper than the four before them", () => {
    expect(isFlat([9, 5, 5, 5, 5, 4.8, 4.8, 4.8, 4.8])).toBe(true);
    expect(isFlat([9, 5, 5, 5, 5, 4.7, 4.7, 4.7, 4.7])).toBe(false);
  });

  it("are flat in spite of one slice that a neighbour made dear", () => {
    expect(isFlat([5, 5, 5, 50, 5, 5, 5, 5])).toBe(true);
  });

  it("are not flat as long as there are too few of them", () => {
    expect(isFlat([5, 5, 5, 5, 5, 5, 5])).toBe(false);
  });
});

describe("warming up", () => {
  it("ends behind the least time with what costs the same from the beginning", async () => {
    const { meter, spend } = createMachine();
    const { variant } = variantOf(spend, () => 1);
    expect(await warmUp([variant], 1, options, meter)).toBe(true);
    expect(meter.now()).toBe(800);
  });

  it("goes on until what gets cheaper has become flat", async () => {
    const { meter, spend } = createMachine();
    const { variant } = variantOf(spend, (runs) => (runs < 2000 ? 1 - runs / 2500 : 0.2));
    expect(await warmUp([variant], 1, options, meter)).toBe(true);
    expect(meter.now()).toBeGreaterThan(1400);
    expect(meter.now()).toBeLessThan(2400);
  });

  it("goes on until there were enough runs", async () => {
    const { meter, spend } = createMachine();
    const { variant, runs } = variantOf(spend, () => 1);
    await warmUp([variant], 1, { ...options, leastRuns: 3000 }, meter);
    expect(runs()).toBe(3000);
  });

  it("gives all of them the time that the slowest of them needs, in turn", async () => {
    const { meter, spend } = createMachine();
    const flat = variantOf(spend, () => 1);
    const late = variantOf(spend, (runs) => (runs < 2000 ? 1 - runs / 2500 : 0.2));
    expect(await warmUp([flat.variant, late.variant], 1, options, meter)).toBe(true);
    expect(flat.runs()).toBeGreaterThan(1400);
  });

  it("ends with what never becomes flat, and says so", async () => {
    const { meter, spend } = createMachine();
    const { variant } = variantOf(spend, (runs) => (1 + runs / 100) ** -0.5);
    expect(await warmUp([variant], 1, { ...options, mostMs: 2000 }, meter)).toBe(false);
    expect(meter.now()).toBeGreaterThan(1999);
    expect(meter.now()).toBeLessThan(2200);
  });

  it("ends by the clock where others have the core", async () => {
    const { meter, spend } = createMachine();
    const { variant } = variantOf(spend, () => 1);
    const idle: Meter = { ...meter, cpuUs: () => meter.now() * 10 };
    expect(await warmUp([variant], 1, { ...options, mostMs: 2000 }, idle)).toBe(false);
    expect(meter.now()).toBe(3000);
  });
});
