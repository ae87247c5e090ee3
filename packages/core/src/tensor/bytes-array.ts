/**
 * The elements of a BYTES tensor, kept in the form that travels: for each element a 32-bit
 * little-endian length and then its bytes, in row-major order.
 *
 * The wire form is the carrier, so a transport neither copies nor converts; elements are read on
 * demand with `bytesAt` and `textAt`.
 *
 * @see Triton, "Binary Tensor Data Extension"
 */
export interface BytesArray {
  /** Number of elements. */
  readonly length: number;
  /** The elements with their length prefixes, joined. */
  readonly wire: Uint8Array;
  /** Where each element's bytes begin in `wire`; one entry for each element. */
  readonly starts: Uint32Array;
}

const prefixBytes = 4;

/** The element's own bytes: a view, valid as long as the array's memory is not reused. */
export function bytesAt(array: BytesArray, index: number): Uint8Array {
  const start = array.starts[index];
  if (start === undefined) throw new RangeError(`element ${index} of ${array.length}`);
  const next = array.starts[index + 1];
  const end = next === undefined ? array.wire.byteLength : next - prefixBytes;
  return array.wire.subarray(start, end);
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The element as text, or undefined when its bytes are not UTF-8: bytes that cannot be shown as text
 * must never come out as other text.
 */
export function textAt(array: BytesArray, index: number): string | undefined {
  try {
    return utf8.decode(bytesAt(array, index));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The elements `from` (inclusive) to `to` (exclusive), over the same memory. */
export function sliceBytes(array: BytesArray, from: number, to: number): BytesArray {
  const first = array.starts[from];
  const next = array.starts[to];
  const begin = first === undefined || to <= from ? 0 : first - prefixBytes;
  const end = to <= from ? 0 : next === undefined ? array.wire.byteLength : next - prefixBytes;
  return {
    length: Math.max(0, to - from),
    wire: array.wire.subarray(begin, end),
    starts: array.starts.subarray(from, to).map((start) => start - begin),
  };
}
