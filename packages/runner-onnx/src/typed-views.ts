/** Typed arrays that hold tensor elements. */
export type View =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

interface ViewType {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): View;
}

/** Typed arrays of ONNX Runtime's element types; half precision as bits, booleans as bytes. */
const viewTypes: Readonly<Record<string, ViewType>> = {
  bool: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** The elements in some bytes, over the same memory. */
export function viewOf(elementType: string, bytes: Uint8Array<ArrayBuffer>): View {
  const type = viewTypes[elementType];
  if (type === undefined) throw new TypeError(`no typed array for ${elementType}`);
  return new type(bytes.buffer, bytes.byteOffset, bytes.byteLength / type.BYTES_PER_ELEMENT);
}
