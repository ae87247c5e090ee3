import { EncodeError } from "@nereid/core/transport-kit";
import { createMessageMemory, type MessageMemory } from "./message-memory.ts";

/**
 * A protobuf message under construction. The memory is reused for the next message, so what is kept of
 * it has to be copied.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export interface Writer {
  bytes: Buffer;
  /** Where the next byte goes. */
  at: number;
  /** Where finished messages get their memory. */
  readonly memory: MessageMemory;
}

const initialBytes = 4096;
const maxVarintBytes = 10;

/** Makes an empty writer. */
export function createWriter(): Writer {
  return { bytes: Buffer.allocUnsafeSlow(initialBytes), at: 0, memory: createMessageMemory() };
}

/** Makes room for further bytes. */
function reserve(writer: Writer, count: number): void {
  const needed = writer.at + count;
  if (needed <= writer.bytes.length) return;
  const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * writer.bytes.length));
  writer.bytes.copy(grown, 0, 0, writer.at);
  writer.bytes = grown;
}

/** Writes a whole number from 0 to 2^53 - 1. */
export function writeVarint(writer: Writer, value: number): void {
  reserve(writer, maxVarintBytes);
  writer.at = putVarint(writer.bytes, writer.at, value);
}

/** Writes a whole number where there is room for it, and returns where it ends. */
export function putVarint(target: Uint8Array, at: number, value: number): number {
  let rest = value;
  let end = at;
  while (rest > 0x7f) {
    target[end] = (rest % 128) | 0x80;
    end += 1;
    rest = rest < 0x8000_0000 ? rest >>> 7 : Math.floor(rest / 128);
  }
  target[end] = rest;
  return end + 1;
}

/** How many bytes a whole number takes. */
export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes;
}

/** Writes 64 bits, signed or not; a negative number takes ten bytes. */
export function writeVarint64(writer: Writer, value: bigint): void {
  reserve(writer, maxVarintBytes);
  let rest = BigInt.asUintN(64, value);
  while (rest > 0x7fn) {
    writer.bytes[writer.at] = Number(rest & 0x7fn) | 0x80;
    writer.at += 1;
    rest >>= 7n;
  }
  writer.bytes[writer.at] = Number(rest);
  writer.at += 1;
}

/** Writes a field of 8 bytes. */
export function writeDouble(writer: Writer, tag: number, value: number): void {
  reserve(writer, 9);
  writer.bytes[writer.at] = tag;
  writer.at = writer.bytes.writeDoubleLE(value, writer.at + 1);
}

/** Writes one byte, such as a tag. Every field number of the protocol is below 16. */
export function writeByte(writer: Writer, byte: number): void {
  reserve(writer, 1);
  writer.bytes[writer.at] = byte;
  writer.at += 1;
}

/** Writes a text field. Short ASCII text, the usual case, is written without leaving JavaScript. */
export function writeText(writer: Writer, tag: number, text: string): void {
  const { length } = text;
  if (!text.isWellFormed()) {
    throw new EncodeError(
      "message: expected well-formed text, found a lone surrogate in a name or id",
    );
  }
  reserve(writer, 1 + maxVarintBytes + 3 * length);
  const { bytes } = writer;
  bytes[writer.at] = tag;
  const start = writer.at + 2;
  if (length < 64) {
    let index = 0;
    while (index < length) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) break;
      bytes[start + index] = unit;
      index += 1;
    }
    if (index === length) {
      bytes[start - 1] = length;
      writer.at = start + length;
      return;
    }
  }
  const textStart = putVarint(bytes, start - 1, Buffer.byteLength(text));
  writer.at = textStart + bytes.write(text, textStart);
}

/** Opens a nested message; {@link endMessage} closes it. Returns where its bytes begin. */
export function beginMessage(writer: Writer, tag: number): number {
  writeByte(writer, tag);
  writeByte(writer, 0);
  return writer.at;
}

/** Writes the length of a nested message in front of it. */
export function endMessage(writer: Writer, start: number): void {
  const length = writer.at - start;
  const extra = varintBytes(length) - 1;
  if (extra > 0) {
    reserve(writer, extra);
    writer.bytes.copyWithin(start + extra, start, writer.at);
    writer.at += extra;
  }
  putVarint(writer.bytes, start - 1, length);
}
