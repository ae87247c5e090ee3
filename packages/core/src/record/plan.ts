import type { DecodeError, EncodeError } from "../errors/errors.ts";
import type { InferenceResponse } from "../protocol/response.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** A record whose shapes were checked, ready to share a batch with others of the same `shapeKey`. */
export interface MeasuredRecord<R> {
  readonly record: R;
  /** Records with equal keys have equal shapes in every input and may share a batch. */
  readonly shapeKey: string;
  /** About how many bytes the record adds to a request. */
  readonly bytes: number;
}

/** What became of a batch's records when they were encoded. */
export interface EncodedBatch {
  /** One tensor for each input; as many rows as there are `accepted` entries. */
  readonly tensors: readonly Tensor[];
  /** Indices of the records that travel, in order. */
  readonly accepted: readonly number[];
  /** Indices of the records that did not fit, each with its own reason. */
  readonly rejected: readonly { readonly index: number; readonly error: EncodeError }[];
}

/** The model's inputs, bound to the fields of a record. */
export interface InputPlan<R> {
  /**
   * Checks presence and shapes of one record, without looking at every element.
   *
   * @throws EncodeError for a missing, null, ragged or misshapen field
   */
  measure(record: R): MeasuredRecord<R>;
  /**
   * Writes records with equal shape keys column by column, straight into one array for each input.
   * The tensors own their memory.
   */
  encode(batch: readonly MeasuredRecord<R>[]): EncodedBatch;
}

/** The model's outputs, bound to the fields of a row. */
export interface OutputPlan<Row> {
  /** Names to ask the server for. */
  readonly names: readonly string[];
  /**
   * Takes an answer apart into one row for each record sent, in order. A row that cannot be read
   * (text that is not UTF-8) is an error in its place; its neighbours are rows.
   *
   * @throws DecodeError when the answer as a whole does not fit: output missing, datatype, batch
   *   dimension
   */
  decode(response: InferenceResponse, rows: number): readonly (Row | DecodeError)[];
}

/** A model's inputs and outputs, bound. */
export interface RecordPlan<R, Row> {
  readonly inputs: InputPlan<R>;
  readonly outputs: OutputPlan<Row>;
  /** Rows that one request may carry: 1 when the model has no batch dimension. */
  readonly maxBatchRows: number;
}
