import { describe, expect, it } from "vitest";
import type { Sample } from "./sample.ts";
import { judge, type Evidence } from "./verdict.ts";

const held = { handles: 2, descriptors: 20, listeners: 5 };

/** A sample each half minute, whose heap is as a function of the minute tells. */
function samplesOf(heapAt: (minute: number) => number, count = 20): readonly Sample[] {
  return Array.from({ length: count }, (_, index) => {
    const minutes = (index + 1) / 2;
    const sizes = { heapMib: heapAt(minutes), codeMib: minutes, externalMib: 10, rssMib: 200 };
    return { minutes, ...sizes, held, rows: index };
  });
}

const flat: Evidence = { samples: samplesOf(() => 20), before: held, after: held, badRows: 0 };

describe("the verdict of a soak", () => {
  it("is flat for memory that swings around a level, for a warm-up, and while code is compiled", () => {
    expect(judge(flat)).toEqual({ slopeMib: 0, complaints: [] });
    const swinging = samplesOf((minute) => 20 + Math.sin(minute * 40) / 5);
    expect(judge({ ...flat, samples: swinging }).complaints).toEqual([]);
    const warming = samplesOf((minute) => (minute < 2 ? 10 * minute : 20));
    expect(judge({ ...flat, samples: warming }).complaints).toEqual([]);
  });

  it("tells of memory that grows by more than 0.1 MiB each minute", () => {
    const { slopeMib, complaints } = judge({ ...flat, samples: samplesOf((at) => 20 + at / 5) });
    expect(slopeMib).toBeCloseTo(0.2);
    expect(complaints).toEqual(["memory grows by 0.200 MiB each minute"]);
  });

  it("tells of each kind of thing that was not given back, and of rows that were not right", () => {
    const after = { handles: 3, descriptors: 21, listeners: 6 };
    expect(judge({ ...flat, after, badRows: 7 }).complaints).toEqual([
      "2 handles before, 3 after everything is closed",
      "20 descriptors before, 21 after everything is closed",
      "5 listeners before, 6 after everything is closed",
      "7 rows failed or were not theirs",
    ]);
  });

  it("tells of listeners that pile up while it runs", () => {
    const growing = flat.samples.map((sample, index) => ({
      ...sample,
      held: { ...held, listeners: index },
    }));
    expect(judge({ ...flat, samples: growing }).complaints).toHaveLength(1);
  });

  it("does not call a run flat that is too short to tell", () => {
    const { slopeMib, complaints } = judge({ ...flat, samples: samplesOf(() => 20, 5) });
    expect(slopeMib).toBeUndefined();
    expect(complaints).toEqual(["expected 5 samples after the warm-up, found 4"]);
  });
});
