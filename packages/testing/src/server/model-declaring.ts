import type { Datatype, Tensor, TensorMetadata } from "@nereid/core/transport-kit";
import type { ModelAnswer, ModelRequest, ServerModel } from "./server-model.ts";

/** What metadata says of one tensor. */
export const tensor = (name: string, datatype: Datatype, ...shape: number[]): TensorMetadata => ({
  name,
  datatype,
  shape,
});

/** Applies a function to each request on its own. */
export const each =
  (answer: (request: ModelRequest) => ModelAnswer): ServerModel["execute"] =>
  (requests) =>
    requests.map(answer);

/** The input of that name, whose datatype the host has checked. */
export function input<D extends Datatype>(
  { inputs }: ModelRequest,
  name: string,
  datatype: D,
): Extract<Tensor, { datatype: D }> {
  const found = inputs.get(name);
  if (found?.datatype !== datatype) throw new TypeError(`no ${datatype} input ${name}`);
  // Narrowed by the line above, which the generic datatype hides.
  return found as Extract<Tensor, { datatype: D }>;
}
