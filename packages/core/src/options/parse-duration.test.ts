import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maxDurationMs, parseDuration } from "./parse-duration.ts";

describe("durations", () => {
  const accepted: readonly (readonly [unknown, number])[] = [
    [0, 0],
    [1500, 1500],
    ["500", 500],
    ["500ms", 500],
    ["7 millis", 7],
    ["1 millisecond", 1],
    ["30s", 30_000],
    ["30 Seconds", 30_000],
    ["2.3s", 2300],
    ["1.001s", 1001],
    ["5 min", 300_000],
    ["5m", 300_000],
    ["1 minute", 60_000],
    ["1h", 3_600_000],
    ["2 hours", 7_200_000],
    ["2d", 172_800_000],
    ["1 day", 86_400_000],
    ["1m30s", 90_000],
    [" 1 h 30 min ", 5_400_000],
    [maxDurationMs, maxDurationMs],
  ];
  it.each(accepted)("reads %j as %d ms", (value, ms) => {
    expect(parseDuration(value)).toBe(ms);
  });

  const refused: readonly unknown[] = [
    Number.NaN,
    -1,
    Number.POSITIVE_INFINITY,
    2 ** 31,
    "25 d",
    "-5s",
    "",
    "  ",
    "s",
    "5 parsecs",
    "1m30",
    "1e3",
    "Infinity",
    "NaN",
    "1ms".repeat(30),
    true,
    null,
    undefined,
    5n,
    [5],
    {},
  ];
  it.each(refused.map((value) => [value]))("refuses %o", (value) => {
    expect(parseDuration(value)).toBeUndefined();
  });

  it("reads every whole number of every unit as that many milliseconds", () => {
    const units = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.entries(units)),
        fc.nat(24),
        ([unit, factor], count) => parseDuration(`${count} ${unit}`) === count * factor,
      ),
    );
  });

  it("gives a timer's range or nothing for any text and number", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.anything()), (value) => {
        const ms = parseDuration(value);
        return ms === undefined || (ms >= 0 && ms <= maxDurationMs);
      }),
    );
  });
});
