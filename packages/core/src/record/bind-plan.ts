import { OptionsError, type OptionIssue } from "../errors/errors.ts";
import type { ModelMetadata } from "../protocol/metadata.ts";
import { hasBatchDimension } from "./batch-dimension.ts";
import { bindColumns, type Binding } from "./bind-columns.ts";
import { decodeBatch } from "./decode-batch.ts";
import { encodeBatch } from "./encode-batch.ts";
import type { Fields, RecordOf, RowOf } from "./field.ts";
import { measureRecord } from "./measure-record.ts";
import type { RecordPlan } from "./plan.ts";

/** What records and rows are bound to a model with. */
export interface PlanOptions<I extends Fields, O extends Fields> {
  readonly metadata: ModelMetadata;
  /** Absent: read from the metadata. */
  readonly inputs?: I;
  /** Absent: read from the metadata. */
  readonly outputs?: O;
  /** Drop a leading list of one where the model's rank is one less. Default: false. */
  readonly flattenBatchDim?: boolean;
  /** Does every tensor's first dimension count records? Default: what the metadata tells. */
  readonly batchDimension?: boolean;
}

/**
 * Binds the declared fields to the tensors of a model.
 *
 * @throws OptionsError listing every field that is unknown, missing, of a datatype that cannot be
 *   reached without loss, or of another rank
 */
export function bindPlan<I extends Fields, O extends Fields>(
  options: PlanOptions<I, O>,
): RecordPlan<RecordOf<I>, RowOf<O>> {
  const { metadata, inputs, outputs } = options;
  const batched = hasBatchDimension(metadata, inputs, outputs, options.batchDimension);
  const issues: OptionIssue[] = [];
  const binding: Binding = {
    batched,
    flatten: options.flattenBatchDim ?? false,
    issues,
  };
  const inputColumns = bindColumns("inputs", metadata.inputs, inputs, binding);
  const outputColumns = bindColumns("outputs", metadata.outputs, outputs, binding);
  if (issues.length > 0) throw new OptionsError(issues);
  return {
    maxBatchRows: batched ? metadata.maxBatchRows || Number.POSITIVE_INFINITY : 1,
    inputs: {
      measure: (record) => measureRecord(inputColumns, record),
      encode: (batch) => encodeBatch(inputColumns, batch, batched),
    },
    outputs: {
      names: outputColumns.map(({ tensorName }) => tensorName),
      // The columns were made from the declared fields, so the rows have their types.
      decode: (response, rows) =>
        decodeBatch(outputColumns, response, rows, batched) as ReturnType<
          RecordPlan<RecordOf<I>, RowOf<O>>["outputs"]["decode"]
        >,
    },
  };
}
