import { EncodeError } from "../errors/errors.ts";
import type { BytesArray } from "./bytes-array.ts";

/** What one element of a BYTES tensor can be made of. Text travels as UTF-8. */
export type BytesElement = string | Uint8Array;

const prefixBytes = 4;
const maxWireBytes = 0xffff_ffff;
const utf8 = new TextEncoder();

/** At most this many bytes hold the element's UTF-8 form. */
function boundBytes(element: BytesElement): number {
  return typeof element === "string" ? 3 * element.length : element.byteLength;
}

/**
 * Writes text at an offset and returns its byte length. Short ASCII text, the usual case, is written
 * without leaving JavaScript.
 */
function writeText(text: string, target: Uint8Array, offset: number): number {
  const length = text.length;
  if (length <= 64) {
    let index = 0;
    while (index < length) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) break;
      target[offset + index] = unit;
      index += 1;
    }
    if (index === length) return length;
  }
  return utf8.encodeInto(text, target.subarray(offset)).written;
}

/**
 * Joins elements into the form that travels.
 *
 * @throws EncodeError when a text holds a lone surrogate (it has no UTF-8 form; pass its bytes
 *   instead) or all elements together reach 4 GiB
 */
export function encodeBytes(elements: readonly BytesElement[]): BytesArray {
  let bound = 0;
  for (const element of elements) bound += prefixBytes + boundBytes(element);
  if (bound > maxWireBytes) {
    throw new EncodeError(`BYTES tensor: expected less than 4 GiB, found up to ${bound} bytes`);
  }
  const scratch = new Uint8Array(bound);
  const view = new DataView(scratch.buffer);
  const starts = new Uint32Array(elements.length);
  let offset = 0;
  for (const [index, element] of elements.entries()) {
    const start = offset + prefixBytes;
    starts[index] = start;
    const written = writeElement(element, index, scratch, start);
    view.setUint32(offset, written, true);
    offset = start + written;
  }
  return { length: elements.length, wire: scratch.subarray(0, offset), starts };
}

function writeElement(
  element: BytesElement,
  index: number,
  target: Uint8Array,
  offset: number,
): number {
  if (typeof element !== "string") {
    target.set(element, offset);
    return element.byteLength;
  }
  if (!element.isWellFormed()) {
    throw new EncodeError(`element ${index}: expected well-formed text, found a lone surrogate`);
  }
  return writeText(element, target, offset);
}
