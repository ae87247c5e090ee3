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

/** V8 keeps the elements of a small array in its own heap; to view them in another way, it moves them out. */
const inHeapBytes = 64;
const copied = new Uint8Array(inHeapBytes);
const bigCopier = new BigInt64Array(copied.buffer);
const float32Copier = new Float32Array(copied.buffer);
const float64Copier = new Float64Array(copied.buffer);
const int32Copier = new Int32Array(copied.buffer);

/**
 * As {@link rawBytes}, for who only reads them: those of a small array may be a copy, which costs a tenth of
 * a view.
 */
export function bytesToSend(tensor: Tensor): Uint8Array {
  if (tensor.datatype === "BYTES") return tensor.data.wire;
  const { data } = tensor;
  return data.byteLength <= inHeapBytes && copyOf(data)
    ? copied.slice(0, data.byteLength)
    : rawBytes(tensor);
}

/** @returns false for an element type that is rare in rows */
function copyOf(data: Arrays[FixedDatatype]): boolean {
  if (data instanceof BigInt64Array) bigCopier.set(data);
  else if (data instanceof Float32Array) float32Copier.set(data);
  else if (data instanceof Float64Array) float64Copier.set(data);
  else if (data instanceof Int32Array) int32Copier.set(data);
  else return false;
  return true;
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
