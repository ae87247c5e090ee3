import { OptionsError } from "../errors/errors.ts";
import { InferenceError } from "../errors/inference-error.ts";
import type { ModelMetadata } from "../protocol/metadata.ts";
import { bindPlan } from "../record/bind-plan.ts";
import type { Fields } from "../record/field.ts";
import type { OutputPlan } from "../record/plan.ts";

/** What a default row is checked against. */
export interface DefaultRowOptions {
  readonly metadata: ModelMetadata;
  readonly outputs: Fields | undefined;
  readonly batchDimension: boolean;
}

/**
 * Checks a default value against the outputs, by sending it through the same encoding and decoding
 * that records and answers go through.
 *
 * null stands for a row of nulls; a bare value stands for the only output.
 *
 * @returns a function that makes a fresh row each time
 * @throws OptionsError when the value does not fit
 */
export function createDefaultRow<Row>(
  value: unknown,
  options: DefaultRowOptions,
  plan: OutputPlan<Row>,
): () => Row {
  const { metadata, outputs, batchDimension } = options;
  const names = Object.keys(outputs ?? fieldNames(metadata));
  if (value === null) return () => nullRow(names) as Row;
  const inputs = outputs === undefined ? {} : { inputs: outputs };
  const asRecord = bindPlan({
    metadata: { ...metadata, inputs: metadata.outputs },
    ...inputs,
    batchDimension,
  });
  const record = toRecord(value, names);
  const createRow = (): Row => {
    const { tensors, rejected } = asRecord.inputs.encode([asRecord.inputs.measure(record)]);
    const [refused] = rejected;
    if (refused !== undefined) throw refused.error;
    const [row] = plan.decode({ modelName: metadata.name, outputs: tensors }, 1);
    if (row === undefined || InferenceError.is(row)) throw row ?? new TypeError("no row");
    return row;
  };
  try {
    createRow();
  } catch (error) {
    if (!InferenceError.is(error)) throw error;
    throw new OptionsError([{ option: "defaultValue", problem: error.message }], { cause: error });
  }
  return createRow;
}

function fieldNames({ outputs }: ModelMetadata): object {
  return Object.fromEntries(outputs.map(({ name }) => [name, undefined]));
}

function nullRow(names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [name, null]));
}

function toRecord(value: unknown, names: readonly string[]): Readonly<Record<string, unknown>> {
  const [only] = names;
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  if (isMap) return Object.fromEntries(Object.entries(value));
  return only !== undefined && names.length === 1 ? { [only]: value } : {};
}
