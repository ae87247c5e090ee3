import { elementCount, type InferenceRequest, type Tensor } from "@nereid/core/transport-kit";
import { Refusal } from "./refusal.ts";
import { withBatch, type ServerModel } from "./server-model.ts";

const batchNote =
  " NOTE: Setting a non-zero max_batch_size in the model config requires a batch dimension to be prepended to each input shape. If you want to specify the full shape including the batch dim in your input dims config, try setting max_batch_size to zero. See the model configuration docs for more info on max_batch_size.";

/**
 * Refuses what does not fit a model, with the words of Triton 2.51.
 *
 * @returns the number of rows
 */
export function checkInputs(model: ServerModel, request: InferenceRequest): number {
  const tag = `[request id: ${request.id === undefined || request.id === "" ? "<id_unknown>" : request.id}]`;
  checkNames(model, request, tag);
  for (const tensor of request.inputs) checkTensor(model, tensor, tag);
  for (const { name } of request.outputs ?? []) {
    if (model.outputs.some((output) => output.name === name)) continue;
    throw new Refusal(400, `unexpected inference output '${name}' for model '${model.name}'`);
  }
  if (model.maxBatchRows === 0) return 1;
  const rows = request.inputs[0]?.shape[0] ?? 0;
  if (rows <= model.maxBatchRows) return rows;
  throw new Refusal(
    400,
    `${tag} inference request batch-size must be <= ${model.maxBatchRows} for '${model.name}'`,
  );
}

function checkNames({ name, inputs }: ServerModel, request: InferenceRequest, tag: string): void {
  const given = request.inputs.map((tensor) => tensor.name);
  const missing = inputs.map((input) => input.name).filter((input) => !given.includes(input));
  const list = (names: readonly string[]): string => names.map((one) => `'${one}'`).join(",");
  if (given.length !== inputs.length) {
    throw new Refusal(
      400,
      `${tag} expected ${inputs.length} inputs but got ${given.length} inputs for model '${name}'. Got input(s) [${list(given)}], but missing required input(s) [${list(missing)}]. Please provide all required input(s).`,
    );
  }
  const unknown = given.find((one) => !inputs.some((input) => input.name === one));
  if (unknown === undefined) return;
  throw new Refusal(400, `unexpected inference input '${unknown}' for model '${name}'`);
}

function checkTensor(model: ServerModel, tensor: Tensor, tag: string): void {
  const declared = model.inputs.find((input) => input.name === tensor.name);
  if (declared === undefined) return;
  if (tensor.datatype !== declared.datatype) {
    throw new Refusal(
      400,
      `${tag} inference input '${tensor.name}' data-type is '${tensor.datatype}', but model '${model.name}' expects '${declared.datatype}'`,
    );
  }
  const { shape } = withBatch(model, declared);
  const fits =
    elementCount(tensor.shape) !== undefined &&
    shape.length === tensor.shape.length &&
    shape.every((size, axis) => size === -1 || size === tensor.shape[axis]);
  if (fits) return;
  throw new Refusal(
    400,
    `${tag} unexpected shape for input '${tensor.name}' for model '${model.name}'. Expected [${shape.join(",")}], got [${tensor.shape.join(",")}].${model.maxBatchRows === 0 ? " " : batchNote}`,
  );
}
