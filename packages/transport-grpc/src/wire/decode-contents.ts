import {
  datatypes,
  DecodeError,
  encodeBytes,
  type Datatype,
  type FixedDatatype,
  type Tensor,
} from "@nereid/core/transport-kit";
import {
  readBytes,
  readDouble,
  readEnd,
  readFloat,
  readVarint64,
  readTag,
  skipField,
  wireTypes,
  type Reader,
} from "./reader.ts";

/** Field numbers of `InferTensorContents`. */
const fields = {
  bool: 1,
  int: 2,
  int64: 3,
  uint: 4,
  uint64: 5,
  fp32: 6,
  fp64: 7,
  bytes: 8,
} as const;

/** How the elements of a typed field are read: the field, and one element of it. */
interface TypedRow {
  readonly field: number;
  readonly wireType: number;
  readonly read: (reader: Reader) => number | bigint;
}

const varint = (field: number, read: (bits: bigint) => number | bigint): TypedRow => ({
  field,
  wireType: wireTypes.varint,
  read: (reader) => read(readVarint64(reader)),
});
const signed = (bits: bigint): number => Number(BigInt.asIntN(64, bits));
const int32s = varint(fields.int, signed);
const uint32s = varint(fields.uint, Number);

/** The field of each datatype; FP16 and BF16 have none. */
const typedRows: { readonly [D in FixedDatatype]?: TypedRow } = {
  BOOL: varint(fields.bool, (bits) => (bits === 0n ? 0 : 1)),
  INT8: int32s,
  INT16: int32s,
  INT32: int32s,
  INT64: varint(fields.int64, (bits) => BigInt.asIntN(64, bits)),
  UINT8: uint32s,
  UINT16: uint32s,
  UINT32: uint32s,
  UINT64: varint(fields.uint64, (bits) => bits),
  FP32: { field: fields.fp32, wireType: wireTypes.fixed32, read: readFloat },
  FP64: { field: fields.fp64, wireType: wireTypes.fixed64, read: readDouble },
};

/**
 * Reads a tensor's elements from `InferTensorContents`, as servers answer that have no raw form.
 *
 * @param contents - absent for a tensor without elements
 * @throws DecodeError when there are not as many as the shape says, or one is out of range
 */
export function decodeContents(
  datatype: Datatype,
  count: number,
  contents: Reader | undefined,
): Tensor["data"] {
  if (datatype === "BYTES") return decodeTexts(count, contents);
  const row = typedRows[datatype];
  if (row === undefined) {
    throw new DecodeError(`expected ${datatype} as raw bytes, found it in typed form`);
  }
  const values = contents === undefined ? [] : readValues(contents, row, count);
  if (values.length !== count) throw wrongCount(count, values.length);
  const { arrayType, min, max } = datatypes[datatype];
  const data = new arrayType(count);
  for (const [index, value] of values.entries()) {
    if (min !== undefined && max !== undefined && (value < min || value > max)) {
      throw new DecodeError(`expected elements of ${datatype}, found one out of its range`);
    }
    // The row of the datatype read the very kind of number that its array holds.
    Reflect.set(data, index, value);
  }
  return data;
}

function readValues(
  contents: Reader,
  { field, wireType, read }: TypedRow,
  count: number,
): readonly (number | bigint)[] {
  const values: (number | bigint)[] = [];
  const add = (reader: Reader): void => {
    if (values.length === count) throw wrongCount(count, count + 1);
    values.push(read(reader));
  };
  while (contents.at < contents.end) {
    const tag = readTag(contents);
    if (tag === (field << 3) + wireTypes.delimited) {
      const packed = { bytes: contents.bytes, at: 0, end: readEnd(contents) };
      packed.at = contents.at;
      while (packed.at < packed.end) add(packed);
      contents.at = packed.end;
    } else if (tag === (field << 3) + wireType) add(contents);
    else skipField(contents, tag);
  }
  return values;
}

function decodeTexts(count: number, contents: Reader | undefined): Tensor["data"] {
  const elements: Uint8Array[] = [];
  while (contents !== undefined && contents.at < contents.end) {
    const tag = readTag(contents);
    if (tag !== (fields.bytes << 3) + wireTypes.delimited) skipField(contents, tag);
    else if (elements.length === count) throw wrongCount(count, count + 1);
    else elements.push(readBytes(contents));
  }
  if (elements.length !== count) throw wrongCount(count, elements.length);
  return encodeBytes(elements);
}

function wrongCount(expected: number, found: number): DecodeError {
  const more = found > expected ? "more" : String(found);
  return new DecodeError(`expected ${expected} elements, found ${more}`);
}
