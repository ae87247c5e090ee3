import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decompress } from "./decompress.ts";

const mebibyte = 1024 * 1024;
const zeros = (bytes: number): Uint8Array => gzipSync(new Uint8Array(bytes));

describe("decompression", () => {
  it("P13: stops at the limit, not after it", async () => {
    const body = zeros(1000);
    expect((await decompress(body, "gzip", 1000, "here")).byteLength).toBe(1000);
    await expect(decompress(body, "gzip", 999, "here")).rejects.toThrow(
      "here: expected an answer of at most 999 bytes when unpacked, found more",
    );
  });

  it("lets small answers shrink as far as they like", async () => {
    const body = zeros(16 * mebibyte);
    expect(body.byteLength * 256).toBeLessThan(16 * mebibyte);
    const plain = await decompress(body, "gzip", 64 * mebibyte, "here");
    expect(plain.byteLength).toBe(16 * mebibyte);
  });

  it("takes large answers that shrink a thousandfold for bombs, within the limit or not", async () => {
    const body = zeros(17 * mebibyte);
    await expect(decompress(body, "gzip", 64 * mebibyte, "here")).rejects.toMatchObject({
      code: "decode",
      delivery: "answered",
    });
  });

  it("leaves alone what is not compressed", async () => {
    const body = Uint8Array.of(1, 2);
    for (const encoding of [undefined, "", "identity", " Identity "]) {
      expect(await decompress(body, encoding, 9, "here")).toBe(body);
    }
  });
});
