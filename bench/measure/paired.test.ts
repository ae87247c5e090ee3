import { describe, expect, it } from "vitest";
import type { Meter } from "./meter.ts";
import { measurePair, type PairOptions, type Trio } from "./paired.ts";
import { createRandom } from "./statistics.ts";

interface Machine extends Trio {
  readonly meter: Meter;
  /** Variants in the order of their slices. */
  readonly order: readonly string[];
}

/** How a machine fares: what a run costs, and how long it waits for its core besides. */
interface Habits {
  readonly costMs: (name: string) => number;
  readonly waitMs?: (ms: number) => number;
}

/** Where every run takes a millisecond of the clock, whatever it costs. */
function createMachine({ costMs, waitMs = () => 0 }: Habits): Machine {
  let [clock, cpu, waited] = [0, 0, 0];
  const order: string[] = [];
  const variantOf = (name: string) => ({
    name,
    run: async () => {
      if (order.at(-1) !== name) order.push(name);
      const waits = waitMs(clock);
      clock += 1 + waits;
      cpu += costMs(name);
      waited += waits;
    },
  });
  return {
    meter: { now: () => clock, cpuUs: () => cpu * 1000, waitedMs: () => waited },
    first: variantOf("first"),
    second: variantOf("second"),
    control: variantOf("control"),
    order,
  };
}

const options: PairOptions = {
  inFlight: 1,
  sliceMs: 10,
  slices: { least: 6, most: 40, mostMs: 5000 },
  warmUp: { leastRuns: 0, leastMs: 80, mostMs: 800 },
};
const costs: Readonly<Record<string, number>> = { first: 2, second: 1, control: 2 };

/** Costs that vary to both sides by up to a fraction. */
function noisy(fraction: number, scale: (name: string) => number = () => 1): Habits["costMs"] {
  const random = createRandom(5);
  return (name) => (costs[name] ?? 0) * scale(name) * (1 + fraction * (2 * random() - 1));
}

describe("a pair", () => {
  it("is the ratio of what both cost, with the control beside it", async () => {
    const machine = createMachine({ costMs: (name) => costs[name] ?? 0 });
    const result = await measurePair(machine, options, machine.meter);
    expect(result).toMatchObject({ ratio: 0.5, control: 1, firstUs: 2000, secondUs: 1000 });
    expect(result).toMatchObject({ interval: [0.5, 0.5], isFlat: true, waited: 0 });
  });

  it("takes turns in the order A B B A, with the control on the other side", async () => {
    const machine = createMachine({ costMs: (name) => costs[name] ?? 0 });
    await measurePair(machine, options, machine.meter);
    const last = machine.order.slice(-9);
    expect(last.join(" ")).toBe("first second control second first second control second first");
  });

  it("ends with the least slices where all are alike", async () => {
    const machine = createMachine({ costMs: noisy(0.01) });
    expect((await measurePair(machine, options, machine.meter)).slices).toBe(6);
  });

  it("takes more slices until both intervals are narrow", async () => {
    const machine = createMachine({ costMs: noisy(0.2) });
    const { slices, interval } = await measurePair(machine, options, machine.meter);
    expect(slices).toBeGreaterThan(6);
    expect(slices).toBeLessThan(40);
    expect((interval[1] - interval[0]) / 2).toBeLessThanOrEqual(0.04 * 0.51);
  });

  it("takes more slices for a control that is not sure, though the ratio is", async () => {
    const random = createRandom(9);
    const machine = createMachine({
      costMs: (name) =>
        name === "control" ? 2 * (1 + 0.6 * (2 * random() - 1)) : (costs[name] ?? 0),
    });
    expect((await measurePair(machine, options, machine.meter)).slices).toBeGreaterThan(6);
  });

  it("ends with the most slices on a machine that is never sure", async () => {
    const machine = createMachine({ costMs: noisy(0.95) });
    const short = { ...options, sliceMs: 1 };
    expect((await measurePair(machine, short, machine.meter)).slices).toBe(40);
  });

  it("ends behind its time with the least slices at least", async () => {
    const machine = createMachine({ costMs: noisy(0.95) });
    const slow = { ...options, slices: { least: 10, most: 40, mostMs: 100 } };
    expect((await measurePair(machine, slow, machine.meter)).slices).toBe(10);
  });

  it("takes as many slices whatever the ratio is", async () => {
    const counts = await Promise.all(
      [0.2, 1, 9].map(async (factor) => {
        const scale = (name: string): number => (name === "second" ? factor : 1);
        const machine = createMachine({ costMs: noisy(0.2, scale) });
        return (await measurePair(machine, options, machine.meter)).slices;
      }),
    );
    expect(new Set(counts).size).toBe(1);
  });

  it("takes slices again in which others had the core", async () => {
    const isBusy = (ms: number): boolean => ms % 500 < 100;
    const machine = createMachine({
      costMs: (name) => costs[name] ?? 0,
      waitMs: (ms) => (isBusy(ms) ? 20 : 0),
    });
    const { waited, slices } = await measurePair(machine, options, machine.meter);
    expect(waited).toBe(0);
    expect(slices).toBe(6);
  });

  it("tells the share of others where they never leave the core", async () => {
    const machine = createMachine({ costMs: (name) => costs[name] ?? 0, waitMs: () => 3 });
    const { waited, slices } = await measurePair(machine, options, machine.meter);
    expect(waited).toBeGreaterThan(0.5);
    expect(slices).toBeGreaterThan(6);
  });
});
