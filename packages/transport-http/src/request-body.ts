import { deflate, gzip } from "node:zlib";
import { promisify } from "node:util";
import type { ConnectionOptions, EncodedMessage } from "@nereid/core/transport-kit";

/** A body as undici takes it: one piece, or pieces that are written one after the other. */
export type RequestBody = Uint8Array | readonly Uint8Array[];

/** Below this size one copy costs less than several writes. */
const joinBelowBytes = 64 * 1024;

/** The message's bytes; the tensors of a large one are not copied. */
export function joinMessage({ header, chunks, bodyBytes }: EncodedMessage): RequestBody {
  if (bodyBytes >= joinBelowBytes) return [Buffer.from(header, "latin1"), ...chunks];
  const body = Buffer.allocUnsafe(bodyBytes);
  let offset = body.write(header, "latin1");
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
}

const compressors = { gzip: promisify(gzip), deflate: promisify(deflate) } as const;

/** A compressed body and the name of its encoding. */
export interface CompressedBody {
  readonly body: Uint8Array;
  readonly encoding: "gzip" | "deflate";
}

/** Compresses a message on a thread of its own; undefined when it is to travel as it is. */
export async function compressMessage(
  message: EncodedMessage,
  { compression, compressionMinBytes }: ConnectionOptions,
): Promise<CompressedBody | undefined> {
  if (compression === undefined || message.bodyBytes < compressionMinBytes) return undefined;
  const whole = Buffer.concat([Buffer.from(message.header, "latin1"), ...message.chunks]);
  // Level 1: higher levels cost several times as much for a few per cent.
  return { body: await compressors[compression](whole, { level: 1 }), encoding: compression };
}
