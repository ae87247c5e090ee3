import { promisify } from "node:util";
import { deflate, gzip } from "node:zlib";
import { prefixBytes } from "./frames.ts";

const codings = { gzip: promisify(gzip), deflate: promisify(deflate) } as const;

/** Compresses a framed message, off the event loop. */
export async function compressFrame(
  parts: readonly Uint8Array[],
  coding: "gzip" | "deflate",
): Promise<readonly Uint8Array[]> {
  const packed = await codings[coding](Buffer.concat(parts).subarray(prefixBytes));
  const prefix = Buffer.alloc(prefixBytes);
  prefix[0] = 1;
  prefix.writeUInt32BE(packed.length, 1);
  return [prefix, packed];
}
