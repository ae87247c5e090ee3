import { describe, expect, it } from "vitest";
import { createSequenceIds } from "./sequence-id.ts";

describe("a sequence id", () => {
  it.each([
    ["ff ff ff ff ff ff ff ff", 2n ** 63n - 1n],
    ["01 02 03 04 05 06 07 08", 0x0102030405060708n >> 1n],
    ["00 00 00 00 00 00 00 01", 1n],
    ["00 00 00 00 00 00 00 00", 1n],
  ])("of the bytes %s has 63 bits and is never 0", (bytes, id) => {
    const fixed = Uint8Array.from(bytes.split(" "), (byte) => Number.parseInt(byte, 16));
    expect(createSequenceIds((target) => target.set(fixed))()).toBe(id);
  });

  it("takes bytes of a block that nobody had, and fetches another when it is used up", () => {
    let fetched = 0;
    const nextId = createSequenceIds((target) => {
      fetched += 1;
      new DataView(target.buffer).setUint32(0, fetched);
      for (let at = 8; at < target.length; at += 8) {
        new DataView(target.buffer).setBigUint64(at, BigInt(fetched * target.length + at) << 1n);
      }
    });
    const ids = Array.from({ length: 1000 }, nextId);
    expect(new Set(ids).size).toBe(1000);
    expect(fetched).toBe(8);
  });
});
