import { describe, expect, it } from "vitest";
import { createLatencySketch } from "./latency-sketch.ts";

describe("createLatencySketch", () => {
  it("tells quantiles within 5 % of the truth, from microseconds to minutes", () => {
    for (const scale of [0.1, 1, 50, 100_000]) {
      const sketch = createLatencySketch();
      for (let rank = 1; rank <= 1000; rank += 1) sketch.add((rank / 1000) * scale);
      const { count, mean, p50, p90, p99, max } = sketch.summary();
      expect(count).toBe(1000);
      expect(mean).toBeCloseTo(0.5005 * scale, 6);
      expect(max).toBe(scale);
      for (const [found, share] of [
        [p50, 0.5],
        [p90, 0.9],
        [p99, 0.99],
      ] as const) {
        expect(found).toBeGreaterThanOrEqual(share * scale * 0.999);
        expect(found).toBeLessThanOrEqual(share * scale * 1.051);
      }
    }
  });

  it("is all zeros before the first, and takes what is out of its range", () => {
    const sketch = createLatencySketch();
    expect(sketch.summary()).toEqual({ count: 0, mean: 0, p50: 0, p90: 0, p99: 0, max: 0 });
    sketch.add(0);
    sketch.add(1e9);
    expect(sketch.summary()).toMatchObject({ count: 2, max: 1e9 });
  });
});
