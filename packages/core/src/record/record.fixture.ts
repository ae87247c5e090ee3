import type { ModelMetadata, TensorMetadata } from "../protocol/metadata.ts";
import { bindPlan, type PlanOptions } from "./bind-plan.ts";
import type { Fields, RecordOf, RowOf } from "./field.ts";
import type { RecordPlan } from "./plan.ts";

/** A batching model with these inputs and outputs; shapes without the batch dimension. */
export function metadataOf(
  inputs: Readonly<Record<string, TensorMetadata["datatype"]>>,
  shapes: Readonly<Record<string, readonly number[]>> = {},
): ModelMetadata {
  const tensors = Object.entries(inputs).map(([name, datatype]) => ({
    name,
    datatype,
    shape: [-1, ...(shapes[name] ?? [1])],
  }));
  return {
    name: "m",
    versions: [],
    platform: "test",
    maxBatchRows: 8,
    inputs: tensors,
    outputs: tensors,
  };
}

/** Binds the same fields to both sides of a model. */
export function planOf<F extends Fields>(
  metadata: ModelMetadata,
  fields: F,
  options: Partial<PlanOptions<F, F>> = {},
): RecordPlan<RecordOf<F>, RowOf<F>> {
  return bindPlan({ metadata, inputs: fields, outputs: fields, ...options });
}

/** The message of what a function throws. */
export function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "nothing thrown";
}
