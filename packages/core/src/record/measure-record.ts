import { EncodeError } from "../errors/errors.ts";
import { InferenceError } from "../errors/inference-error.ts";
import { datatypes } from "../tensor/datatypes.ts";
import { elementCount, formatShape } from "../tensor/shape.ts";
import type { Column } from "./column.ts";
import { describeElement, describeValue } from "./describe-value.ts";
import { isList, type List } from "./list.ts";
import type { MeasuredRecord } from "./plan.ts";

/** Bytes that a BYTES element's length takes. */
const prefixBytes = 4;

/**
 * Checks presence, rank and shape of every field, without looking at single elements.
 *
 * @throws EncodeError naming the field, what was expected and what was found
 */
export function measureRecord<R>(columns: readonly Column[], record: R): MeasuredRecord<R> {
  try {
    return measureColumns(columns, record);
  } catch (error) {
    if (InferenceError.is(error)) throw error;
    throw new EncodeError("record: expected fields that can be read, found one that throws", {
      cause: error,
    });
  }
}

function measureColumns<R>(columns: readonly Column[], record: R): MeasuredRecord<R> {
  if (typeof record !== "object" || record === null) {
    throw new EncodeError(`record: expected an object, found ${describeValue(record)}`);
  }
  let shapeKey = "";
  let bytes = 0;
  // By index here and where rows are written and read: an iterator for each row is a tenth of what it leaves.
  for (let index = 0; index < columns.length; index += 1) {
    const column = columns[index];
    if (column === undefined) continue;
    const value = fieldValue(record, column);
    const shape = valueShape(column, value);
    if (column.dims === undefined || column.dims.includes(-1)) shapeKey += shapeText(shape);
    bytes += valueBytes(column, value, shape);
  }
  return { record, shapeKey, bytes };
}

/** Without `join` for a list: that takes longer than all the rest of measuring it. */
function shapeText(shape: readonly number[]): string {
  return shape.length === 1 ? `${shape[0]};` : `${shape.join(",")};`;
}

/** The value of a field, not null, with a leading list of one dropped where the column says so. */
export function fieldValue(record: object, { name, field, flattened }: Column): unknown {
  // Any object may be asked for any name; a plain read is several times as fast as a reflected one.
  const value = (record as Readonly<Record<string, unknown>>)[name];
  if (value === null || value === undefined) {
    throw new EncodeError(
      `field "${name}": expected ${describeField(field)}, found ${describeValue(value)}`,
      { field: name, nullField: value === null && field.nullable },
    );
  }
  if (!flattened) return value;
  if (!isList(value) || value.length !== 1) {
    throw new EncodeError(
      `field "${name}": expected a list of one to flatten, found ${describeValue(value)}`,
      { field: name },
    );
  }
  return value[0];
}

function describeField(field: Column["field"]): string {
  if (field.tensorShape !== undefined) return `a ${field.datatype} tensor`;
  return field.rank === 0 ? describeElement(field) : `a list of ${field.datatype}`;
}

/** Shapes of one element, by rank. */
const scalarShapes: readonly (readonly number[])[] = [[], [1], [1, 1]];

/**
 * The shape that a field's value has on the wire, without the batch dimension.
 *
 * @throws EncodeError when a list is missing or ragged, or a fixed dimension differs
 */
export function valueShape(column: Column, value: unknown): readonly number[] {
  const { name, field, dims, flattened } = column;
  if (field.tensorShape !== undefined) return checkDims(column, tensorShape(column, value));
  const levels = field.rank - (flattened ? 1 : 0);
  // A scalar takes whatever shape of one element the model asks for.
  if (levels === 0) return scalarShapes[dims?.length ?? 1] ?? (dims ?? []).map(() => 1);
  if (levels === 1 && isList(value)) {
    // The model's own list of one, as a rule, and no other for each row.
    if (dims?.length === 1 && dims[0] === value.length) return dims;
    return checkDims(column, [value.length]);
  }
  const shape: number[] = [];
  measureLevel(name, value, levels, 0, shape);
  return checkDims(column, shape);
}

function measureLevel(
  name: string,
  value: unknown,
  levels: number,
  level: number,
  shape: number[],
): void {
  if (!isList(value)) {
    throw new EncodeError(
      `field "${name}": expected a list at level ${level + 1} of ${levels}, found ${describeValue(value)}`,
      { field: name },
    );
  }
  const size = (shape[level] ??= value.length);
  if (value.length !== size) {
    throw new EncodeError(
      `field "${name}": expected lists of equal length at level ${level + 1}, found ${size} and ${value.length}`,
      { field: name },
    );
  }
  if (level + 1 === levels) return;
  if (value.length === 0) shape[level + 1] ??= 0;
  for (let index = 0; index < value.length; index += 1) {
    measureLevel(name, value[index], levels, level + 1, shape);
  }
}

function tensorShape({ name, field }: Column, value: unknown): readonly number[] {
  const shape: unknown = isObject(value) ? Reflect.get(value, "shape") : undefined;
  const data: unknown = isObject(value) ? Reflect.get(value, "data") : undefined;
  const { arrayType } = datatypes[field.datatype];
  const fits =
    arrayType === undefined ? isObject(data) && "wire" in data : data instanceof arrayType;
  if (!isList(shape) || !fits) {
    throw new EncodeError(
      `field "${name}": expected a ${field.datatype} tensor of shape and data, found ${describeValue(value)}`,
      { field: name },
    );
  }
  const sizes = Array.from(shape, Number);
  const found = isObject(data) ? Number(Reflect.get(data, "length")) : 0;
  if (elementCount(sizes) !== found) {
    throw new EncodeError(
      `field "${name}": expected as many elements as ${formatShape(sizes)} says, found ${found}`,
      { field: name },
    );
  }
  return sizes;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function checkDims({ name, dims }: Column, shape: readonly number[]): readonly number[] {
  if (dims === undefined || fitsDims(dims, shape)) return shape;
  throw new EncodeError(
    `field "${name}": expected shape ${formatShape(dims)}, found ${formatShape(shape)}`,
    { field: name },
  );
}

function fitsDims(dims: readonly number[], shape: readonly number[]): boolean {
  if (dims.length !== shape.length) return false;
  for (let axis = 0; axis < dims.length; axis += 1) {
    if (dims[axis] !== -1 && dims[axis] !== shape[axis]) return false;
  }
  return true;
}

function valueBytes(column: Column, value: unknown, shape: readonly number[]): number {
  const { elementBytes } = datatypes[column.datatype];
  if (elementBytes > 0) return (elementCount(shape) ?? 0) * elementBytes;
  return textBytes(value);
}

/** About the size of BYTES elements: characters count as one byte. */
function textBytes(value: unknown): number {
  if (typeof value === "string") return value.length + prefixBytes;
  if (value instanceof Uint8Array) return value.byteLength + prefixBytes;
  if (isList(value)) return sumBytes(value);
  const wire = isObject(value) ? Reflect.get(value, "data") : undefined;
  return isObject(wire) && "wire" in wire && wire.wire instanceof Uint8Array
    ? wire.wire.byteLength
    : prefixBytes;
}

function sumBytes(list: List): number {
  let bytes = 0;
  for (let index = 0; index < list.length; index += 1) bytes += textBytes(list[index]);
  return bytes;
}
