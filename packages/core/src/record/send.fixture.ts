import { textAt } from "../tensor/bytes-array.ts";
import type { Datatype } from "../tensor/arrays.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { bindPlan } from "./bind-plan.ts";
import type { Field } from "./field.ts";
import { metadataOf } from "./record.fixture.ts";

/** What became of records that were encoded. */
export interface Sent {
  readonly errors: readonly string[];
  readonly values: readonly unknown[];
  readonly accepted: readonly number[];
  readonly tensors: readonly Tensor[];
}

/** The elements of a tensor, text as text. */
export function elementsOf({ datatype, data }: Tensor): unknown[] {
  return datatype === "BYTES"
    ? Array.from({ length: data.length }, (_, index) => textAt(data, index))
    : [...data];
}

/** Encodes one field of several records. */
export function send(
  field: Field,
  datatype: Datatype,
  values: readonly unknown[],
  own = [1],
): Sent {
  const plan = bindPlan({
    metadata: metadataOf({ x: datatype }, { x: own }),
    inputs: { x: field },
  });
  const measured = values.map((x) => plan.inputs.measure({ x }));
  const { tensors, accepted, rejected } = plan.inputs.encode(measured);
  return {
    tensors,
    accepted,
    errors: rejected.map(({ error }) => error.message),
    values: tensors.flatMap(elementsOf),
  };
}
