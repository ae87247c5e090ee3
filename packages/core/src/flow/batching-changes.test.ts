import { describe, expect, it } from "vitest";
import { createSeededRandom } from "../layers/adaptive-limit.fixture.ts";
import { createLoad, type Load } from "./batching-load.fixture.ts";
import type { DeviceCurve } from "./simulated-device.fixture.ts";

function line(fixedMs: number, rowMs: number, instances = 1): DeviceCurve {
  return { serviceMs: (rows) => fixedMs + rowMs * rows, instances, networkMs: 0.3 };
}

const fast = line(2, 0.02);
const slow = line(6, 0.05);
/** Beyond 32 rows it runs out of memory, and half a batch takes a third of the time. */
const cliff: DeviceCurve = {
  serviceMs: (rows) => (rows <= 32 ? 2 + 0.02 * rows : 10 + 0.2 * rows),
  instances: 1,
  networkMs: 0.3,
};

/** Spread by 30 %, and one batch in a hundred takes five times as long. */
function createNoise(seed: number): () => number {
  const random = createSeededRandom(seed);
  return () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return Math.exp(0.3 * normal) * (random() < 0.01 ? 5 : 1);
  };
}

function loadOf(curve: DeviceCurve, isNoisy = false): Load {
  const noise = isNoisy ? { noise: createNoise(99) } : {};
  return createLoad({ curve, setting: "auto", random: createSeededRandom(7), ...noise });
}

describe("a batch size of auto when the device changes", () => {
  it.each([
    { change: "becomes slower", before: fast, after: slow, rowsPerSecond: 8000 },
    { change: "becomes faster", before: slow, after: fast, rowsPerSecond: 8000 },
    { change: "loses instances", before: line(2, 0.02, 4), after: fast, rowsPerSecond: 15_000 },
    { change: "gains instances", before: fast, after: line(2, 0.02, 4), rowsPerSecond: 15_000 },
  ])("is as good as if it had always been so: it $change", async (given) => {
    const { before, after, rowsPerSecond } = given;
    const changed = loadOf(before);
    await changed.run(rowsPerSecond, 1000);
    changed.device.curve = after;
    await changed.run(rowsPerSecond, 4000);
    const settled = await changed.run(rowsPerSecond, 1000);
    const alwaysSo = loadOf(after);
    await alwaysSo.run(rowsPerSecond, 2000);
    const expected = await alwaysSo.run(rowsPerSecond, 1000);
    expect(settled.p99).toBeLessThanOrEqual(expected.p99 * 1.15);
    expect(settled.answered).toBeGreaterThanOrEqual(settled.arrived * 0.98);
  });
});

describe("a batch size of auto", () => {
  it.each([false, true])(
    "stays below the size from which the device gets less done, noise: %s",
    async (isNoisy) => {
      const load = loadOf(cliff, isNoisy);
      // 128 rows at a time would get 3,600 rows/s done, and 32 rows 10,900.
      await load.run(8000, 2000);
      const { answered, arrived, batches } = await load.run(8000, 2000);
      expect(answered).toBeGreaterThanOrEqual(arrived * 0.98);
      expect(batches.filter((rows) => rows > 32).length).toBeLessThan(batches.length * 0.01);
    },
  );

  it("does not swing on a noisy device", async () => {
    const load = loadOf(fast, true);
    await load.run(10_000, 1000);
    for (let second = 0; second < 4; second += 1) {
      const { p50, answered, arrived } = await load.run(10_000, 1000);
      expect(p50).toBeLessThan(6);
      expect(answered / arrived).toBeGreaterThan(0.98);
      expect(answered / arrived).toBeLessThan(1.02);
    }
  });

  it("gets done what the device can do when more is asked of it", async () => {
    const load = loadOf(fast);
    await load.run(40_000, 500);
    const capacityPerSecond = (128 / fast.serviceMs(128)) * 1000;
    for (let half = 0; half < 3; half += 1) {
      const { answered } = await load.run(40_000, 500);
      expect(answered).toBeGreaterThan((capacityPerSecond / 2) * 0.97);
    }
  });

  it("keeps a device busy that works on several batches at a time", async () => {
    const load = loadOf(line(2, 0.02, 4));
    await load.run(40_000, 500);
    const { p99, answered, arrived } = await load.run(40_000, 500);
    expect(answered).toBeGreaterThanOrEqual(arrived * 0.99);
    expect(p99).toBeLessThan(8);
  });

  it("follows a load that comes all at once after a quiet time", async () => {
    const load = loadOf(fast);
    await load.run(100, 2000);
    await load.run(20_000, 500);
    const { p99 } = await load.run(20_000, 500);
    expect(p99).toBeLessThan(9);
  });
});
