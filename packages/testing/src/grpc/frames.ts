import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
import { Refusal } from "../server/refusal.ts";

const prefixBytes = 5;
const unpack: ReadonlyMap<string, (packed: Uint8Array) => Promise<Uint8Array>> = new Map([
  ["gzip", promisify(gunzip)],
  ["deflate", promisify(inflate)],
]);

/** What the prefix of a message says, true or not. */
export interface FramePrefix {
  /** Default: false. */
  readonly isPacked?: boolean;
  /** Default: the message's own. */
  readonly lengthBytes?: number;
}

/**
 * A message as it travels: one byte that tells compression, four of length, and the message.
 *
 * @see gRPC over HTTP/2, "Length-Prefixed-Message"
 */
export function frameMessage(
  message: Uint8Array,
  { isPacked = false, lengthBytes = message.byteLength }: FramePrefix = {},
): Uint8Array {
  const frame = new Uint8Array(prefixBytes + message.byteLength);
  frame[0] = Number(isPacked);
  new DataView(frame.buffer).setUint32(1, lengthBytes);
  frame.set(message, prefixBytes);
  return frame;
}

/**
 * Messages out of the bytes of a call, unpacked. Bytes of a message that never ends are dropped.
 *
 * @param encoding - `grpc-encoding` of the caller
 * @throws Refusal for a packed message in an encoding that nobody told or that is not known
 */
export async function* readFrames(
  chunks: AsyncIterable<Uint8Array>,
  encoding: string | undefined,
): AsyncGenerator<Uint8Array> {
  let pending: Uint8Array[] = [];
  let pendingBytes = 0;
  let neededBytes = prefixBytes;
  for await (const chunk of chunks) {
    pending.push(chunk);
    pendingBytes += chunk.byteLength;
    while (pendingBytes >= neededBytes) {
      const bytes = pending.length === 1 ? (pending[0] ?? chunk) : Buffer.concat(pending);
      pending = [bytes];
      const end =
        prefixBytes + new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(1);
      neededBytes = end;
      if (pendingBytes < end) break;
      const message = bytes.subarray(prefixBytes, end);
      yield bytes[0] === 0 ? message : await unpackMessage(message, encoding);
      pending = [bytes.subarray(end)];
      pendingBytes -= end;
      neededBytes = prefixBytes;
    }
  }
}

async function unpackMessage(
  packed: Uint8Array,
  encoding: string | undefined,
): Promise<Uint8Array> {
  const unpacker = unpack.get(encoding ?? "");
  if (unpacker === undefined) {
    throw new Refusal(500, `a packed message in the encoding ${encoding ?? "identity"}`);
  }
  return unpacker(packed);
}
