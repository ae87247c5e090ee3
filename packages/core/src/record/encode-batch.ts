import { EncodeError } from "../errors/errors.ts";
import { InferenceError } from "../errors/inference-error.ts";
import { elementCount } from "../tensor/shape.ts";
import type { Datatype } from "../tensor/arrays.ts";
import type { Tensor, TensorOf } from "../tensor/tensor.ts";
import type { Column } from "./column.ts";
import { createColumnWriter, type ColumnWriter } from "./column-writer.ts";
import { fieldValue, valueShape } from "./measure-record.ts";
import type { EncodedBatch, MeasuredRecord } from "./plan.ts";

/** A column with its shape and writer for one batch. */
interface OpenColumn {
  readonly column: Column;
  readonly shape: readonly number[];
  readonly writer: ColumnWriter;
}

/**
 * Writes records of equal shapes straight into one array for each input. A record with a value that
 * does not fit is left out and named; the rows before and after it are not touched.
 *
 * @param batched - put the batch dimension in front
 */
export function encodeBatch<R>(
  columns: readonly Column[],
  batch: readonly MeasuredRecord<R>[],
  batched: boolean,
): EncodedBatch {
  const accepted: number[] = [];
  const rejected: { readonly index: number; readonly error: EncodeError }[] = [];
  let open: readonly OpenColumn[] | undefined;
  let index = -1;
  for (const { record } of batch) {
    index += 1;
    try {
      open ??= openColumns(columns, record, batch.length);
      writeRow(open, record);
      accepted.push(index);
    } catch (error) {
      for (const { writer } of open ?? []) writer.rewind(accepted.length);
      rejected.push({ index, error: toEncodeError(error) });
    }
  }
  const tensors = (open ?? []).map((column) => toTensor(column, accepted.length, batched));
  return { tensors, accepted, rejected };
}

function openColumns(columns: readonly Column[], record: unknown, rows: number): OpenColumn[] {
  return columns.map((column) => {
    const shape = valueShape(column, fieldValue(Object(record), column));
    return { column, shape, writer: createColumnWriter(column, rows, elementCount(shape) ?? 0) };
  });
}

function writeRow(open: readonly OpenColumn[], record: unknown): void {
  for (let index = 0; index < open.length; index += 1) {
    const one = open[index];
    if (one !== undefined) one.writer.write(fieldValue(Object(record), one.column));
  }
}

function toEncodeError(error: unknown): EncodeError {
  if (error instanceof EncodeError) return error;
  if (InferenceError.is(error)) return new EncodeError(error.message, { cause: error });
  return new EncodeError("record: expected fields that can be read, found one that throws", {
    cause: error,
  });
}

/** The writer made the data for the column's datatype, which the type of the pair cannot say. */
function toTensor({ column, shape, writer }: OpenColumn, rows: number, batched: boolean): Tensor {
  return {
    name: column.tensorName,
    datatype: column.datatype,
    shape: batched ? [rows, ...shape] : shape,
    data: writer.finish(),
  } as TensorOf<Datatype> as Tensor;
}
