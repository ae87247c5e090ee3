import { EncodeError } from "../errors/errors.ts";
import type { BytesArray } from "./bytes-array.ts";

/** What one element of a BYTES tensor can be made of. Text travels as UTF-8. */
export type BytesElement = string | Uint8Array;

const prefixBytes = 4;
const maxWireBytes = 0xffff_ffff;
/** In front of each text until its length is known: as many bytes as characters, and no surrogate. */
const prefixRoom = "\0\0\0\0";
/** A call of the encoder takes as long as joining five texts does; longer texts are worth their own. */
const shortLength = 64;
/** Short texts are joined up to about this many characters, and encoded in one call. */
const runLength = 16_384;
/** So little memory is taken at once, whatever the texts turn out to be. */
const smallBytes = 1024;
const utf8 = new TextEncoder();

/** The wire form as far as it is written. */
interface Output {
  bytes: Uint8Array;
  offset: number;
  readonly starts: Uint32Array;
  /** No more bytes than these are needed in the end. */
  readonly most: number;
}

/**
 * Joins elements into the form that travels.
 *
 * @throws EncodeError when a text holds a lone surrogate (it has no UTF-8 form; pass its bytes
 *   instead) or all elements together reach 4 GiB
 */
export function encodeBytes(elements: readonly BytesElement[]): BytesArray {
  const output = openOutput(elements);
  let index = 0;
  while (index < elements.length) {
    const element = elements[index] ?? "";
    if (typeof element === "string" && element.length <= shortLength) {
      index = writeShort(elements, index, output);
      continue;
    }
    if (typeof element === "string") writeLong(element, index, output);
    else writeBytes(element, index, output);
    index += 1;
  }
  const { bytes, offset, starts } = output;
  const wire = offset === bytes.length ? bytes : bytes.subarray(0, offset);
  return { length: elements.length, wire, starts };
}

/** Takes as much memory as is enough when all text is ASCII, or nothing is much. */
function openOutput(elements: readonly BytesElement[]): Output {
  let least = elements.length * prefixBytes;
  let most = least;
  for (const element of elements) {
    least += element.length;
    most += typeof element === "string" ? 3 * element.length : element.length;
  }
  if (most > maxWireBytes) {
    throw new EncodeError(`BYTES tensor: expected less than 4 GiB, found up to ${most} bytes`);
  }
  const starts = new Uint32Array(elements.length);
  const bytes = new Uint8Array(most <= smallBytes ? most : least);
  return { bytes, offset: 0, starts, most };
}

/** Takes as much memory as is enough whatever the texts are, and keeps the first bytes. */
function grow(output: Output, kept: number): void {
  const bytes = new Uint8Array(output.most);
  bytes.set(output.bytes.subarray(0, kept));
  output.bytes = bytes;
}

/** Writes an element's length and goes past the element. */
function place(output: Output, index: number, length: number): void {
  const { bytes, offset, starts } = output;
  // An array of bytes keeps the lowest 8 bits of a number.
  bytes[offset] = length;
  bytes[offset + 1] = length >>> 8;
  bytes[offset + 2] = length >>> 16;
  bytes[offset + 3] = length >>> 24;
  starts[index] = offset + prefixBytes;
  output.offset = offset + prefixBytes + length;
}

function writeBytes(element: Uint8Array, index: number, output: Output): void {
  if (output.offset + prefixBytes + element.length > output.bytes.length)
    grow(output, output.offset);
  place(output, index, element.length);
  output.bytes.set(element, output.starts[index]);
}

function writeLong(text: string, index: number, output: Output): void {
  if (!text.isWellFormed()) throw loneSurrogate(index);
  place(output, index, writeText(text, output, output.offset + prefixBytes));
}

/** Writes a run of short texts. Returns the index of the element behind it. */
function writeShort(elements: readonly BytesElement[], from: number, output: Output): number {
  const run = joinRun(elements, from);
  if (!run.text.isWellFormed()) {
    throw loneSurrogate(elements.findIndex((text, at) => at >= from && !isWellFormed(text)));
  }
  const written = writeText(run.text, output, output.offset);
  // A text of one byte for each character is ASCII, and all of the texts in it are.
  const isAscii = written === run.text.length;
  for (let index = from; index < run.to; index += 1) {
    const { length } = elements[index] ?? "";
    place(output, index, isAscii ? length : bytesOf(length, output));
  }
  return run.to;
}

function joinRun(
  elements: readonly BytesElement[],
  from: number,
): { readonly text: string; readonly to: number } {
  let text = "";
  let to = from;
  for (; to < elements.length; to += 1) {
    const element = elements[to];
    if (typeof element !== "string" || element.length > shortLength || text.length > runLength)
      break;
    text += prefixRoom + element;
  }
  return { text, to };
}

/** Writes at a place behind what is written, and returns how many bytes it took. */
function writeText(text: string, output: Output, offset: number): number {
  const { read, written } = utf8.encodeInto(text, output.bytes.subarray(offset));
  if (read === text.length) return written;
  const next = offset + written;
  grow(output, next);
  return written + utf8.encodeInto(text.slice(read), output.bytes.subarray(next)).written;
}

/** How many bytes the next text takes, which is written already and has so many UTF-16 units. */
function bytesOf(units: number, { bytes, offset }: Output): number {
  const start = offset + prefixBytes;
  let at = start;
  for (let left = units; left > 0; left -= 1) {
    const lead = bytes[at] ?? 0;
    at += lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    // Four bytes are a pair of units.
    if (lead >= 0xf0) left -= 1;
  }
  return at - start;
}

function isWellFormed(element: BytesElement): boolean {
  return typeof element !== "string" || element.isWellFormed();
}

function loneSurrogate(index: number): EncodeError {
  return new EncodeError(`element ${index}: expected well-formed text, found a lone surrogate`);
}
