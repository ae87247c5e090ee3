import { OptionsError } from "../errors/errors.ts";
import { InferenceError } from "../errors/inference-error.ts";
import type { ModelMetadata, TensorMetadata } from "../protocol/metadata.ts";
import { bindPlan } from "../record/bind-plan.ts";
import type { Fields } from "../record/field.ts";
import { isList } from "../record/list.ts";

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
export function createDefaultRow(value: unknown, options: DefaultRowOptions): () => object {
  const { metadata, outputs, batchDimension } = options;
  const names = Object.keys(outputs ?? fieldNames(metadata));
  if (value === null) return () => nullRow(names);
  const echoed = outputs === undefined ? metadata.outputs : tensorsOf(metadata, outputs);
  const fields = outputs === undefined ? {} : { inputs: outputs, outputs };
  const echo = bindPlan({
    metadata: { ...metadata, inputs: echoed, outputs: echoed },
    ...fields,
    batchDimension,
  });
  const record = toRecord(value, names);
  const createRow = (): object => {
    const { tensors, rejected } = echo.inputs.encode([echo.inputs.measure(record)]);
    const [refused] = rejected;
    if (refused !== undefined) throw refused.error;
    const [row] = echo.outputs.decode({ modelName: metadata.name, outputs: tensors }, 1);
    if (row === undefined || InferenceError.is(row)) throw row ?? new TypeError("no row");
    // The echo was bound to the same outputs as the model's rows.
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

/** The tensors of the declared fields, as wide as the fields: a default need not fit the wire. */
function tensorsOf({ outputs }: ModelMetadata, fields: Fields): readonly TensorMetadata[] {
  return Object.entries(fields).flatMap(([name, { tensorName = name, datatype }]) => {
    const tensor = outputs.find((candidate) => candidate.name === tensorName);
    return tensor === undefined ? [] : [{ ...tensor, datatype }];
  });
}

function fieldNames({ outputs }: ModelMetadata): object {
  return Object.fromEntries(outputs.map(({ name }) => [name, undefined]));
}

function nullRow(names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [name, null]));
}

function toRecord(value: unknown, names: readonly string[]): Readonly<Record<string, unknown>> {
  const [only] = names;
  const isMap = typeof value === "object" && value !== null && !isList(value);
  if (isMap) return Object.fromEntries(Object.entries(value));
  return only !== undefined && names.length === 1 ? { [only]: value } : {};
}
