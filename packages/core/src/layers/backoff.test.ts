import { describe, expect, it } from "vitest";
import { backoffMs } from "./backoff.ts";

describe("backoffMs", () => {
  it("doubles nominally and is uniform between half of that and all of it", () => {
    const options = { initialBackoffMs: 100, maxBackoffMs: 500 };
    const longest = [0, 1, 2, 3].map((retry) => backoffMs(retry, { ...options, random: () => 1 }));
    const shortest = [0, 1, 2, 3].map((retry) => backoffMs(retry, { ...options, random: () => 0 }));
    expect(longest).toEqual([100, 200, 400, 500]);
    expect(shortest).toEqual([50, 100, 200, 250]);
  });

  it("waits ten times as long for a server that is full, up to the longest wait", () => {
    const options = { initialBackoffMs: 100, maxBackoffMs: 3000, random: () => 1 };
    const waits = [0, 1, 2].map((retry) => backoffMs(retry, options, "throttled"));
    expect(waits).toEqual([1000, 2000, 3000]);
  });
});
