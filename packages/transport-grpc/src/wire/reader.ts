import { DecodeError } from "@nereid/core/transport-kit";

/**
 * A protobuf message being read. Nothing is believed: every length is compared with what is left, and
 * nothing is allocated for it before.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export interface Reader {
  readonly bytes: Buffer;
  at: number;
  readonly end: number;
}

/** Wire types of the encoding. */
export const wireTypes = { varint: 0, fixed64: 1, delimited: 2, fixed32: 5 } as const;

/** Makes a reader of a whole message. */
export function createReader(bytes: Buffer): Reader {
  return { bytes, at: 0, end: bytes.length };
}

function broken(found: string): DecodeError {
  return new DecodeError(`answer: expected a protobuf message, found ${found}`);
}

/** Reads a whole number. @throws DecodeError beyond 2^53 - 1, which is no length, tag or size */
export function readVarint(reader: Reader): number {
  const { bytes, end } = reader;
  let value = 0;
  let scale = 1;
  for (let at = reader.at; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      reader.at = at + 1;
      if (value <= Number.MAX_SAFE_INTEGER) return value;
      break;
    }
    scale *= 128;
    if (at - reader.at === 9) break;
  }
  throw broken("a number that does not end or is too large");
}

/** Reads the tag of the next field: its number times 8, and its wire type. */
export function readTag(reader: Reader): number {
  const byte = reader.bytes[reader.at] ?? 0;
  if (byte > 0x7f) return readVarint(reader);
  reader.at += 1;
  return byte;
}

/** Reads 64 bits. */
export function readVarint64(reader: Reader): bigint {
  const { bytes, end } = reader;
  let value = 0n;
  let shift = 0n;
  for (let at = reader.at; at < end && shift < 70n; at += 1) {
    const byte = bytes[at] ?? 0;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) {
      reader.at = at + 1;
      return BigInt.asUintN(64, value);
    }
    shift += 7n;
  }
  throw broken("a number that does not end");
}

/** Reads a length, and returns where what it measures ends. */
export function readEnd(reader: Reader): number {
  const length = readVarint(reader);
  if (length > reader.end - reader.at) {
    throw broken(`a part of ${length} bytes where ${reader.end - reader.at} are left`);
  }
  return reader.at + length;
}

/** Reads a part's bytes: a view. */
export function readBytes(reader: Reader): Buffer {
  const end = readEnd(reader);
  const view = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return view;
}

/** Reads text. */
export function readText(reader: Reader): string {
  const end = readEnd(reader);
  const text = reader.bytes.toString("utf8", reader.at, end);
  reader.at = end;
  return text;
}

/** Opens a nested message; the outer one goes on behind it. */
export function readMessage(reader: Reader): Reader {
  const end = readEnd(reader);
  const nested = { bytes: reader.bytes, at: reader.at, end };
  reader.at = end;
  return nested;
}

/** Reads 8 bytes as a floating-point number. */
export function readDouble(reader: Reader): number {
  const start = take(reader, 8);
  return reader.bytes.readDoubleLE(start);
}

/** Reads 4 bytes as a floating-point number. */
export function readFloat(reader: Reader): number {
  const start = take(reader, 4);
  return reader.bytes.readFloatLE(start);
}

/** Passes over a field that no table knows: protocols grow. */
export function skipField(reader: Reader, tag: number): void {
  switch (tag & 7) {
    case wireTypes.varint:
      readVarint64(reader);
      return;
    case wireTypes.fixed64:
      take(reader, 8);
      return;
    case wireTypes.delimited:
      reader.at = readEnd(reader);
      return;
    case wireTypes.fixed32:
      take(reader, 4);
      return;
    default:
      throw broken(`a field of wire type ${tag & 7}`);
  }
}

function take(reader: Reader, count: number): number {
  const start = reader.at;
  if (count > reader.end - start) throw broken("an end in the middle of a number");
  reader.at = start + count;
  return start;
}
