import { prefixBytes } from "../http2/frames.ts";
import { putVarint, varintBytes, type Writer } from "./writer.ts";

/** Tag of `raw_input_contents`: the last field, so that tensors need no copy to be in their place. */
const rawInputContents = 0x3a;
/** Below this, one more copy is cheaper than one more part. */
const leastPartBytes = 16 * 1024;

function sizeOf({ at }: Writer, raws: readonly Uint8Array[]): number {
  return raws.reduce((sum, { byteLength }) => sum + 1 + varintBytes(byteLength) + byteLength, at);
}

/** Copies head and tensors into memory of the message's own: the writer's is for the next one. */
export function joinRaw(writer: Writer, raws: readonly Uint8Array[]): Buffer {
  const message = writer.memory.take(sizeOf(writer, raws));
  let end = writer.bytes.copy(message, 0, 0, writer.at);
  for (const raw of raws) {
    end = putRawHead(message, end, raw);
    message.set(raw, end);
    end += raw.byteLength;
  }
  return message;
}

/** The frame around head and tensors. The writer left room for the prefix in front of the head. */
export function frameParts(writer: Writer, raws: readonly Uint8Array[]): readonly Uint8Array[] {
  const total = sizeOf(writer, raws);
  const isLarge = (raw: Uint8Array): boolean => raw.byteLength >= leastPartBytes;
  const ownBytes = raws.reduce((sum, raw) => (isLarge(raw) ? sum - raw.byteLength : sum), total);
  const own = Buffer.allocUnsafe(ownBytes);
  let end = writer.bytes.copy(own, 0, 0, writer.at);
  own[0] = 0;
  own.writeUInt32BE(total - prefixBytes, 1);
  const parts: Uint8Array[] = [];
  let start = 0;
  for (const raw of raws) {
    end = putRawHead(own, end, raw);
    if (isLarge(raw)) {
      parts.push(own.subarray(start, end), raw);
      start = end;
    } else {
      own.set(raw, end);
      end += raw.byteLength;
    }
  }
  if (start < end) parts.push(own.subarray(start, end));
  return parts;
}

function putRawHead(target: Buffer, at: number, { byteLength }: Uint8Array): number {
  target[at] = rawInputContents;
  return putVarint(target, at + 1, byteLength);
}
