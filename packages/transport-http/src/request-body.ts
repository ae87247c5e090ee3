import { deflate, gzip } from "node:zlib";
import { promisify } from "node:util";
import type { ConnectionOptions, EncodedMessage } from "@nereid/core/transport-kit";

/** A body in parts that follow one another. */
export interface RequestBody {
  /** One character for each byte. */
  readonly text: string;
  readonly chunks: readonly Uint8Array[];
  /** Of text and chunks together. */
  readonly byteLength: number;
}

/** The message's parts; nothing is copied. */
export function bodyOf({ header, chunks, bodyBytes }: EncodedMessage): RequestBody {
  return { text: header, chunks, byteLength: bodyBytes };
}

/** A body of one piece. */
export function bodyOfBytes(bytes: Uint8Array): RequestBody {
  return { text: "", chunks: [bytes], byteLength: bytes.byteLength };
}

const compressors = { gzip: promisify(gzip), deflate: promisify(deflate) } as const;

/** A compressed body and the name of its encoding. */
export interface CompressedBody {
  readonly body: RequestBody;
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
  const packed = await compressors[compression](whole, { level: 1 });
  return { body: bodyOfBytes(packed), encoding: compression };
}
