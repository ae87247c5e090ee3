import { describe, expect, it } from "vitest";
import { createBodyCollector } from "./body-collector.ts";

describe("a body", () => {
  it.each([
    ["of announced length", 12],
    ["of unknown length", Number.NaN],
  ])("%s is put together from its chunks", (_name, announced) => {
    const collector = createBodyCollector(announced, 100, 0);
    for (const chunk of ["abc", "", "defghi", "jkl"]) {
      expect(collector.add(Buffer.from(chunk))).toBe(true);
    }
    expect(Buffer.from(collector.bytes()).toString()).toBe("abcdefghijkl");
  });

  it("grows beyond the first guess without losing a byte", () => {
    const collector = createBodyCollector(Number.NaN, 1_000_000, 3);
    const chunks = Array.from({ length: 100 }, (_, index) => new Uint8Array(5000).fill(index));
    for (const chunk of chunks) collector.add(chunk);
    expect(Buffer.from(collector.bytes()).equals(Buffer.concat(chunks))).toBe(true);
  });

  it.each([0, 1, 7, 8, 9, 226])("with tensors at %i puts them on a multiple of 8", (tensorsAt) => {
    for (const announced of [1000, Number.NaN]) {
      const collector = createBodyCollector(announced, 2000, tensorsAt);
      collector.add(new Uint8Array(1000));
      expect((collector.bytes().byteOffset + tensorsAt) % 8).toBe(0);
    }
  });

  it.each([
    ["of announced length", 10],
    ["of unknown length", Number.NaN],
  ])("%s is taken at the limit and refused beyond it, keeping what fits", (_name, announced) => {
    const collector = createBodyCollector(announced, 10, 0);
    expect(collector.add(Buffer.from("0123456789"))).toBe(true);
    expect(collector.add(Buffer.from("x"))).toBe(false);
    expect(Buffer.from(collector.bytes()).toString()).toBe("0123456789");
  });

  it("never has more memory than the limit, whatever was announced", () => {
    const collector = createBodyCollector(2 ** 40, 64, 0);
    expect(collector.bytes().buffer.byteLength).toBeLessThanOrEqual(72);
  });

  it("has memory of its own, not a piece of a shared one", () => {
    const collector = createBodyCollector(4, 64, 0);
    collector.add(Buffer.from("abcd"));
    expect(collector.bytes().buffer.byteLength).toBe(4);
  });
});
