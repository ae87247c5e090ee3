import {
  datatypes,
  type InferenceRequest,
  type ModelRef,
  type Tensor,
} from "@nereid/core/transport-kit";
import { checkSize, readBinaryData } from "./read-binary.ts";
import { Refusal } from "./refusal.ts";
import { withBatch, type ServerModel } from "./server-model.ts";

const tag = "[request id: <id_unknown>]";

/**
 * Reads a body that has no JSON: all of it is the only input of the model, in one row.
 *
 * @throws Refusal with Triton's words
 * @see Triton, "Binary Tensor Data Extension", raw binary request
 */
export function readRawRequest(
  ref: ModelRef,
  model: ServerModel,
  body: Uint8Array,
): InferenceRequest {
  const [input, ...others] = model.inputs;
  if (input === undefined || others.length > 0) {
    throw new Refusal(
      400,
      `${tag} Raw request must only have 1 input (found 1) to be deduced but got ${model.inputs.length} inputs in '${model.name}' model configuration`,
    );
  }
  const { name, datatype } = input;
  const context = { model: model.name, tag, hasBatch: model.maxBatchRows > 0 };
  if (datatype === "BYTES") {
    if (input.shape.length !== 1 || input.shape[0] !== 1) {
      throw new Refusal(
        400,
        `${tag} For BYTE datatype raw input '${name}', the model must have input shape [1]`,
      );
    }
    const wire = new Uint8Array(4 + body.byteLength);
    new DataView(wire.buffer).setUint32(0, body.byteLength, true);
    wire.set(body, 4);
    const shape = context.hasBatch ? [1, 1] : [1];
    const data = readBinaryData({ name, datatype, shape }, wire, context);
    return { model: ref, inputs: [{ name, datatype, shape, data } as Tensor] };
  }
  const shape = deduceShape(model, body.byteLength);
  const size = shape.reduce((product, one) => product * one, datatypes[datatype].elementBytes);
  checkSize(body.byteLength, size, { input: "raw_input", model: model.name, tag });
  const data = readBinaryData({ name, datatype, shape }, body, context);
  // The reader made the elements for the datatype, which the type of the pair cannot say.
  return { model: ref, inputs: [{ name, datatype, shape, data } as Tensor] };
}

/** One row, and the one variable dimension from the number of bytes. */
function deduceShape(model: ServerModel, bytes: number): readonly number[] {
  const [input] = model.inputs;
  if (input === undefined) return [];
  const { name, datatype, shape } = input;
  if (shape.filter((size) => size === -1).length > 1) {
    throw new Refusal(
      400,
      `${tag} The shape of the raw input '${name}' can not be deduced because there are more than one variable-sized dimension`,
    );
  }
  const fixed = shape.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
  const variable = Math.floor(bytes / (fixed * datatypes[datatype].elementBytes));
  const sizes = shape.map((size) => (size === -1 ? variable : size));
  return withBatch(model, { ...input, shape: sizes }).shape.map((size) => (size === -1 ? 1 : size));
}
