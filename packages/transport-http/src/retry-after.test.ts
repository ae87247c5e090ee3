import { describe, expect, it } from "vitest";
import { parseRetryAfter } from "./retry-after.ts";

const now = Date.UTC(2026, 10, 21);

describe("Retry-After", () => {
  it.each([
    ["0", 0],
    ["120", 120_000],
    [" 7 ", 7000],
    ["Sat, 21 Nov 2026 00:01:00 GMT", 60_000],
    ["-1", undefined],
    ["1.5", undefined],
    ["1e3", undefined],
    ["NaN", undefined],
    ["", undefined],
    ["99999999999", undefined],
    ["Fri, 20 Nov 2026 00:00:00 GMT", undefined],
    ["Sat, 21 Nov 9999 00:00:00 GMT", undefined],
    ["soon", undefined],
    [undefined, undefined],
    [["1", "2"], undefined],
  ])("of %j is %s milliseconds", (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });
});
