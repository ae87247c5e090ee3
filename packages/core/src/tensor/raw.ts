import { DecodeError } from "../errors/errors.ts";
import type { Arrays, Datatype, FixedDatatype } from "./arrays.ts";
import type { BytesArray } from "./bytes-array.ts";
import { datatypes } from "./datatypes.ts";
import { parseBytes } from "./parse-bytes.ts";
import type { Tensor } from "./tensor.ts";

/** The tensor's elements as they travel: little-endian, row-major. A view, never a copy. */
export function rawBytes(tensor: Tensor): Uint8Array {
  if (tensor.datatype === "BYTES") return tensor.data.wire;
  const { buffer, byteOffset, byteLength } = tensor.data;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * Reads elements from their wire form: a view over the given memory where its offset is aligned for
 * the datatype, a copy where not. BYTES is always a view.
 *
 * @param bytes - exactly the tensor's bytes
 * @param count - how many elements the shape promises
 * @throws DecodeError when the bytes do not hold exactly that many elements
 */
export function parseRaw<D extends Datatype>(
  datatype: D,
  bytes: Uint8Array,
  count: number,
): Arrays[D];
export function parseRaw(
  datatype: Datatype,
  bytes: Uint8Array,
  count: number,
): Arrays[FixedDatatype] | BytesArray {
  if (datatype === "BYTES") return parseBytes(bytes, count);
  const row = datatypes[datatype];
  if (bytes.byteLength !== count * row.elementBytes) {
    throw new DecodeError(
      `${datatype} tensor: expected ${count * row.elementBytes} bytes for ${count} elements, found ${bytes.byteLength}`,
    );
  }
  // Not `slice`: that of a Node buffer is a view.
  const aligned = bytes.byteOffset % row.elementBytes === 0 ? bytes : new Uint8Array(bytes);
  return new row.arrayType(aligned.buffer, aligned.byteOffset, count);
}
