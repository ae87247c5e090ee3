import { DecodeError } from "../errors/errors.ts";
import type { BytesArray } from "./bytes-array.ts";

const prefixBytes = 4;

/**
 * Reads the form that travels, over the caller's memory and without copying.
 *
 * @param wire - length prefixes and bytes, joined
 * @param count - how many elements the shape promises
 * @throws DecodeError when a length runs past the end, elements are missing, or bytes remain
 */
export function parseBytes(wire: Uint8Array, count: number): BytesArray {
  if (count * prefixBytes > wire.byteLength) {
    throw new DecodeError(
      `BYTES tensor: expected ${count} elements, found ${wire.byteLength} bytes`,
    );
  }
  const view = new DataView(wire.buffer, wire.byteOffset, wire.byteLength);
  const starts = new Uint32Array(count);
  let offset = 0;
  for (let index = 0; index < count; index += 1) {
    const start = offset + prefixBytes;
    if (start > wire.byteLength) {
      throw new DecodeError(`BYTES tensor: expected ${count} elements, found ${index}`);
    }
    const length = view.getUint32(offset, true);
    if (length > wire.byteLength - start) {
      throw new DecodeError(
        `BYTES tensor: element ${index} claims ${length} bytes, found ${wire.byteLength - start}`,
      );
    }
    starts[index] = start;
    offset = start + length;
  }
  if (offset !== wire.byteLength) {
    throw new DecodeError(
      `BYTES tensor: expected ${count} elements, found ${wire.byteLength - offset} bytes beyond them`,
    );
  }
  return { length: count, wire, starts };
}
