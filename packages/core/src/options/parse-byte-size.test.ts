import { describe, expect, it } from "vitest";
import { parseByteSize } from "./parse-byte-size.ts";

describe("sizes", () => {
  const accepted: readonly (readonly [unknown, number])[] = [
    [1, 1],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ["1024", 1024],
    ["12 b", 12],
    ["12 bytes", 12],
    ["64kb", 65_536],
    ["64 KiB", 65_536],
    ["8 MiB", 8_388_608],
    ["8m", 8_388_608],
    ["1.5 MB", 1_572_864],
    ["2 GiB", 2_147_483_648],
  ];
  it.each(accepted)("reads %j as %d bytes", (value, bytes) => {
    expect(parseByteSize(value)).toBe(bytes);
  });

  const refused: readonly unknown[] = [
    0,
    -1,
    1.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    "999999999999999 GiB",
    "0",
    "-8 MiB",
    "",
    "MiB",
    "8 parsecs",
    "8 constructor",
    "0x10",
    null,
    undefined,
    8n,
    [8],
  ];
  it.each(refused.map((value) => [value]))("refuses %o", (value) => {
    expect(parseByteSize(value)).toBeUndefined();
  });
});
