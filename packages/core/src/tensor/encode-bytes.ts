import { EncodeError } from "../errors/errors.ts";
import type { BytesArray } from "./bytes-array.ts";

/** What one element of a BYTES tensor can be made of. Text travels as UTF-8. */
export type BytesElement = string | Uint8Array;

const prefixBytes = 4;
const maxWireBytes = 0xffff_ffff;
/** In front of each text until its length is known: as many bytes as characters, and no surrogate. */
const prefixRoom = "\0\0\0\0";
/**
 * Texts are joined up to this many characters and encoded in one call, which takes as long as writing
 * ten short texts does.
 */
const runLength = 16_384;
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
    if (typeof element === "string") {
      index = writeTexts(elements, index, output);
    } else {
      writeBytes(element, index, output);
      index += 1;
    }
  }
  const { bytes, offset, starts } = output;
  const wire = offset === bytes.length ? bytes : bytes.subarray(0, offset);
  return { length: elements.length, wire, starts };
}

/** Takes as much memory as is enough when all text is ASCII. */
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
  return { bytes: new Uint8Array(least), offset: 0, starts, most };
}

/** Takes as much memory as is enough whatever the texts are. */
function grow(output: Output): void {
  const bytes = new Uint8Array(output.most);
  bytes.set(output.bytes.subarray(0, output.offset));
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
  if (output.offset + prefixBytes + element.length > output.bytes.length) grow(output);
  place(output, index, element.length);
  output.bytes.set(element, output.starts[index]);
}

/** Writes a run of texts, at least one. Returns the index of the element behind them. */
function writeTexts(elements: readonly BytesElement[], from: number, output: Output): number {
  let joined = "";
  let to = from;
  while (to < elements.length && (to === from || joined.length < runLength)) {
    const element = elements[to];
    if (typeof element !== "string") break;
    joined += prefixRoom + element;
    to += 1;
  }
  const written = writeJoined(joined, output);
  // A text of one byte for each character is ASCII, and all of the texts in it are.
  const isAscii = written === joined.length;
  if (!isAscii && !joined.isWellFormed()) throw loneSurrogate(elements, from);
  for (let index = from; index < to; index += 1) {
    const text = String(elements[index]);
    place(output, index, isAscii ? text.length : utf8Bytes(text));
  }
  return to;
}

function writeJoined(joined: string, output: Output): number {
  const { read, written } = utf8.encodeInto(joined, output.bytes.subarray(output.offset));
  if (read === joined.length) return written;
  grow(output);
  return utf8.encodeInto(joined, output.bytes.subarray(output.offset)).written;
}

/** The size of well-formed text in UTF-8. */
function utf8Bytes(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    bytes += unit < 0x80 ? 1 : unit < 0x800 || isSurrogate(unit) ? 2 : 3;
  }
  return bytes;
}

/** Both halves of a pair take two of its four bytes. */
function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

function loneSurrogate(elements: readonly BytesElement[], from: number): EncodeError {
  const index = elements.findIndex(
    (element, at) => at >= from && typeof element === "string" && !element.isWellFormed(),
  );
  return new EncodeError(`element ${index}: expected well-formed text, found a lone surrogate`);
}
