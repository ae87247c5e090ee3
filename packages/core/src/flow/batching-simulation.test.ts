import { describe, expect, it } from "vitest";
import { createSeededRandom } from "../layers/adaptive-limit.fixture.ts";
import { createLoad, type LoadResult, type Setting } from "./batching-load.fixture.ts";
import type { DeviceCurve } from "./simulated-device.fixture.ts";

/** One instance: 2 ms for a batch and 20 µs for each row, at the end of a short cable. */
const curve: DeviceCurve = {
  serviceMs: (rows) => 2 + 0.02 * rows,
  instances: 1,
  networkMs: 0.3,
};
const maxRows = 128;
const capacity = (rows: number): number => (rows / curve.serviceMs(rows)) * 1000;

const byHand: readonly Exclude<Setting, "auto">[] = [16, 64, 128].flatMap((batchSize) =>
  [1, 2, 4].map((slots) => ({ batchSize, slots })),
);

/** The same rows at the same times for every setting: at least 5,000, after a second to settle in. */
async function measure(setting: Setting, rowsPerSecond: number): Promise<LoadResult> {
  const random = createSeededRandom(7);
  const load = createLoad({ curve, setting, random, maxRows });
  await load.run(rowsPerSecond, 1000);
  return load.run(rowsPerSecond, Math.max(500, 5_000_000 / rowsPerSecond));
}

describe("a batch size of auto against a device with a known curve", () => {
  it.each([200, 2000, 10_000, 20_000, capacity(maxRows) * 0.93])(
    "at %d rows/s is as good as the best setting by hand",
    async (rowsPerSecond) => {
      let best = Number.POSITIVE_INFINITY;
      for (const setting of byHand) {
        if (capacity(setting.batchSize) < rowsPerSecond) continue;
        const { p99 } = await measure(setting, rowsPerSecond);
        best = Math.min(best, p99);
      }
      const auto = await measure("auto", rowsPerSecond);
      expect(auto.p99).toBeLessThanOrEqual(best * 1.1);
      expect(auto.answered).toBeGreaterThanOrEqual(auto.arrived * 0.99);
    },
  );
});
