import { DecodeError } from "../errors/errors.ts";
import type { InferenceResponse } from "../protocol/response.ts";
import { sliceBytes } from "../tensor/bytes-array.ts";
import { elementCount, formatShape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Column } from "./column.ts";
import { createReader, type ElementReader } from "./read-elements.ts";
import { setField } from "./set-field.ts";
import { isLossless } from "./widening.ts";

/** Reads one field of each row. */
interface OpenOutput {
  readonly name: string;
  readonly read: (row: number) => unknown;
}

/**
 * Takes an answer apart into one row for each record, in order. A row that cannot be read is an error
 * in its place.
 *
 * @throws DecodeError when an output is missing, or its datatype, rank, fixed dimensions or batch
 *   dimension are not what was asked for
 */
export function decodeBatch(
  columns: readonly Column[],
  response: InferenceResponse,
  rows: number,
  batched: boolean,
): (object | DecodeError)[] {
  const outputs = columns.map((column) => openOutput(column, response, rows, batched));
  const decoded: (object | DecodeError)[] = [];
  for (let row = 0; row < rows; row += 1) decoded.push(readRow(outputs, row));
  return decoded;
}

function readRow(outputs: readonly OpenOutput[], row: number): object | DecodeError {
  const fields: Record<string, unknown> = {};
  try {
    for (let index = 0; index < outputs.length; index += 1) {
      const output = outputs[index];
      if (output !== undefined) setField(fields, output.name, output.read(row));
    }
  } catch (error) {
    if (error instanceof DecodeError) return error;
    throw error;
  }
  return fields;
}

function openOutput(
  column: Column,
  response: InferenceResponse,
  rows: number,
  batched: boolean,
): OpenOutput {
  const tensor = response.outputs.find(({ name }) => name === column.tensorName);
  if (tensor === undefined) {
    throw new DecodeError(`output "${column.tensorName}": expected it in the answer, found none`);
  }
  const shape = rowShape(column, tensor, rows, batched);
  const count = elementCount(shape) ?? 0;
  return { name: column.name, read: readerOf(column, tensor, shape, count) };
}

/** The shape of one row, checked against what was asked for. */
function rowShape(
  column: Column,
  tensor: Tensor,
  rows: number,
  batched: boolean,
): readonly number[] {
  const [first, ...rest] = tensor.shape;
  const shape = batched ? rest : tensor.shape;
  const sameRows = !batched || first === rows;
  const expected =
    column.dims === undefined
      ? isLossless(tensor.datatype, column.field.datatype)
      : tensor.datatype === column.datatype;
  if (sameRows && expected && fitsDims(column, shape) && fitsField(column, shape)) {
    return column.flattened ? shape.slice(1) : shape;
  }
  throw new DecodeError(
    `output "${tensor.name}": expected ${column.datatype} ${describeShape(column, rows, batched)}, found ${tensor.datatype} ${formatShape(tensor.shape)}`,
  );
}

function fitsDims({ dims }: Column, shape: readonly number[]): boolean {
  if (dims === undefined) return true;
  return (
    dims.length === shape.length && dims.every((size, axis) => size === -1 || size === shape[axis])
  );
}

function fitsField({ field, flattened }: Column, shape: readonly number[]): boolean {
  if (field.tensorShape !== undefined) return true;
  if (field.rank === 0) return elementCount(shape) === 1;
  return flattened
    ? shape[0] === 1 && shape.length === field.rank + 1
    : shape.length === field.rank;
}

function describeShape({ dims, field }: Column, rows: number, batched: boolean): string {
  const own = dims ?? Array.from({ length: Math.max(1, field.rank) }, () => -1);
  return formatShape(batched ? [rows, ...own] : own);
}

function readerOf(
  { field }: Column,
  tensor: Tensor,
  shape: readonly number[],
  count: number,
): (row: number) => unknown {
  if (field.tensorShape !== undefined) {
    return (row) => ({ shape, data: sliceRow(tensor, row * count, (row + 1) * count) });
  }
  const reader = createReader(tensor, field);
  if (field.rank === 0) return (row) => reader.one(row);
  return (row) => readNested(reader, shape, 0, row * count, count);
}

function readNested(
  reader: ElementReader,
  shape: readonly number[],
  level: number,
  from: number,
  count: number,
): unknown {
  if (level === shape.length - 1) return reader.list(from, from + count);
  const size = shape[level] ?? 0;
  const inner = size === 0 ? 0 : count / size;
  return Array.from({ length: size }, (_, index) =>
    readNested(reader, shape, level + 1, from + index * inner, inner),
  );
}

function sliceRow(tensor: Tensor, from: number, to: number): Tensor["data"] {
  return tensor.datatype === "BYTES"
    ? sliceBytes(tensor.data, from, to)
    : tensor.data.subarray(from, to);
}
