import { EncodeError } from "../errors/errors.ts";
import { bytesAt, type BytesArray } from "../tensor/bytes-array.ts";
import { datatypes } from "../tensor/datatypes.ts";
import { encodeBytes, type BytesElement } from "../tensor/encode-bytes.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Column } from "./column.ts";
import { describeElement, describeValue } from "./describe-value.ts";
import { isList, type List } from "./list.ts";
import { bigWriter, numberWriter, type ElementWriter, type Target } from "./write-elements.ts";

/** Writes one input of a whole batch, row after row. */
export interface ColumnWriter {
  /**
   * Writes a row behind the rows before it. A row that throws has written nothing that counts.
   *
   * @throws EncodeError when an element does not fit
   */
  write(value: unknown): void;
  /** Forgets every row from this one on, because another column refused it. */
  rewind(rows: number): void;
  /** The rows that were written, as one array. */
  finish(): Tensor["data"];
}

/** Makes the writer of a column for `rows` rows of `count` elements each. */
export function createColumnWriter(column: Column, rows: number, count: number): ColumnWriter {
  const { field, datatype } = column;
  if (datatype === "BYTES") return createBytesWriter(column, count);
  const target = new datatypes[datatype].arrayType(rows * count);
  if (target instanceof BigInt64Array || target instanceof BigUint64Array) {
    return createFixedWriter<bigint>(column, target, count, bigWriter(field.datatype));
  }
  return createFixedWriter<number>(column, target, count, numberWriter(field.datatype, datatype));
}

/** A writer with its state in plain members, so that all of them share their functions: each batch makes some. */
interface FixedWriter<T> extends ColumnWriter {
  readonly column: Column;
  readonly target: Target<T>;
  /** Elements of a row. */
  readonly count: number;
  readonly toElement: ElementWriter<T>;
  written: number;
}

function createFixedWriter<T>(
  column: Column,
  target: Target<T>,
  count: number,
  toElement: ElementWriter<T>,
): ColumnWriter {
  const writer: FixedWriter<T> = {
    column,
    target,
    count,
    toElement,
    written: 0,
    write: writeFixed,
    rewind: rewindFixed,
    finish: finishFixed,
  };
  return writer;
}

function writeFixed<T>(this: FixedWriter<T>, value: unknown): void {
  const { column, count } = this;
  const start = this.written * count;
  const isWhole = column.field.tensorShape !== undefined;
  const source: unknown = isWhole ? Reflect.get(Object(value), "data") : value;
  const end = writeValue(this, source, start, start + count);
  if (end !== start + count) throw changed(column);
  this.written += 1;
}

function rewindFixed<T>(this: FixedWriter<T>, rows: number): void {
  this.written = rows;
}

function finishFixed<T>(this: FixedWriter<T>): Tensor["data"] {
  const { target, written, count } = this;
  // A second view of a small array is 5 % of what a record costs on its way through a model.
  return written * count === target.length ? target.valueOf() : target.subarray(0, written * count);
}

/** @returns where the next element goes, as the two below do */
function writeValue<T>(
  writer: FixedWriter<T>,
  value: unknown,
  offset: number,
  end: number,
): number {
  const { column, target } = writer;
  if (!isList(value)) return writeElement(writer, value, offset, end);
  if (!ArrayBuffer.isView(value) || !isPlainCopy(column, value, target)) {
    return writeList(writer, value, offset, end);
  }
  if (offset + value.length > end) throw changed(column);
  target.set(value, offset);
  return offset + value.length;
}

function writeList<T>(writer: FixedWriter<T>, list: List, offset: number, end: number): number {
  let next = offset;
  for (let index = 0; index < list.length; index += 1) {
    const value = list[index];
    next = isList(value)
      ? writeValue(writer, value, next, end)
      : writeElement(writer, value, next, end);
  }
  return next;
}

function writeElement<T>(
  { column, target, toElement }: FixedWriter<T>,
  value: unknown,
  offset: number,
  end: number,
): number {
  const element = toElement(value);
  if (element === undefined) throw misfit(column, value);
  if (offset >= end) throw changed(column);
  target[offset] = element;
  return offset + 1;
}

/** Memory of the very element type of the wire needs no look at each element. */
function isPlainCopy<T>(
  { field, datatype }: Column,
  value: object,
  target: Target<T>,
): value is ArrayLike<T> {
  if (value.constructor !== target.constructor || field.datatype !== datatype) return false;
  // A list of booleans or of halves is not the bytes and bits that travel; a whole tensor is.
  const isRaw = field.form === "boolean" || datatype === "FP16" || datatype === "BF16";
  return field.tensorShape !== undefined || !isRaw;
}

function createBytesWriter(column: Column, count: number): ColumnWriter {
  const elements: BytesElement[] = [];

  const collect = (value: unknown): void => {
    const element = toBytesElement(column, value);
    if (element !== undefined) elements.push(element);
    else if (isList(value)) for (const item of Array.from(value)) collect(item);
    else throw misfit(column, value);
  };

  return {
    write(value) {
      const start = elements.length;
      if (column.field.tensorShape === undefined) collect(value);
      else elements.push(...wholeElements(value));
      if (elements.length !== start + count) throw changed(column);
    },
    rewind(rows) {
      elements.length = rows * count;
    },
    finish: () => encodeBytes(elements),
  };
}

function toBytesElement({ field }: Column, value: unknown): BytesElement | undefined {
  if (field.form === "text") {
    return typeof value === "string" && value.isWellFormed() ? value : undefined;
  }
  return value instanceof Uint8Array ? value : undefined;
}

/** The shape check has looked at the value before. */
function wholeElements(value: unknown): Uint8Array[] {
  const data = (value as { readonly data: BytesArray }).data;
  return Array.from({ length: data.length }, (_, index) => bytesAt(data, index));
}

function misfit({ name, field }: Column, value: unknown): EncodeError {
  const found =
    field.form === "text" && typeof value === "string" ? "a lone surrogate" : describeValue(value);
  return new EncodeError(`field "${name}": expected ${describeElement(field)}, found ${found}`, {
    field: name,
  });
}

function changed({ name, field }: Column): EncodeError {
  // One value is always one element; a list in its place is not measured.
  if (field.rank === 0 && field.tensorShape === undefined) {
    return new EncodeError(`field "${name}": expected ${describeElement(field)}, found a list`, {
      field: name,
    });
  }
  return new EncodeError(
    `field "${name}": expected the elements that were measured, found the record changed since`,
    { field: name },
  );
}
