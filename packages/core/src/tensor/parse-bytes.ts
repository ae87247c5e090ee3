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
  // Asking the array for its size at each element takes a third of the time.
  const { byteLength } = wire;
  if (count * prefixBytes > byteLength) {
    throw new DecodeError(`BYTES tensor: expected ${count} elements, found ${byteLength} bytes`);
  }
  const view = new DataView(wire.buffer, wire.byteOffset, byteLength);
  const starts = new Uint32Array(count);
  let offset = 0;
  for (let index = 0; index < count; index += 1) {
    const start = offset + prefixBytes;
    if (start > byteLength) {
      throw new DecodeError(`BYTES tensor: expected ${count} elements, found ${index}`);
    }
    const length = view.getUint32(offset, true);
    if (length > byteLength - start) {
      throw new DecodeError(
        `BYTES tensor: element ${index} claims ${length} bytes, found ${byteLength - start}`,
      );
    }
    starts[index] = start;
    offset = start + length;
  }
  if (offset !== byteLength) {
    throw new DecodeError(
      `BYTES tensor: expected ${count} elements, found ${byteLength - offset} bytes beyond them`,
    );
  }
  return { length: count, wire, starts };
}
