import {
  datatypes,
  elementCount,
  type InferenceRequest,
  type Tensor,
} from "@nereid/core/transport-kit";
import { checkSize } from "./read-binary.ts";
import { Refusal } from "./refusal.ts";
import { withBatch, type ServerModel } from "./server-model.ts";

const batchNote =
  "NOTE: Setting a non-zero max_batch_size in the model config requires a batch dimension to be prepended to each input shape. If you want to specify the full shape including the batch dim in your input dims config, try setting max_batch_size to zero. See the model configuration docs for more info on max_batch_size.";

/** How a refusal names its request. */
export function tagOf(id: string | undefined): string {
  return `[request id: ${id === undefined || id === "" ? "<id_unknown>" : id}]`;
}

/**
 * Refuses what does not fit a model, with the words of Triton 2.51.
 *
 * @returns the number of rows
 */
export function checkInputs(model: ServerModel, request: InferenceRequest): number {
  const tag = tagOf(request.id);
  checkNames(model, request, tag);
  for (const { name } of request.outputs ?? []) {
    if (model.outputs.some((output) => output.name === name)) continue;
    throw new Refusal(400, `unexpected inference output '${name}' for model '${model.name}'`);
  }
  const rows = checkRows(model, request, tag);
  for (const tensor of request.inputs) checkTensor(model, tensor, tag);
  return rows;
}

function checkNames({ name, inputs }: ServerModel, request: InferenceRequest, tag: string): void {
  const given = request.inputs.map((tensor) => tensor.name);
  const twice = given.find((one, index) => given.indexOf(one) !== index);
  if (twice !== undefined)
    throw new Refusal(400, `${tag} input '${twice}' already exists in request`);
  const needed = inputs.filter(({ optional }) => optional !== true).map((input) => input.name);
  const isTooFew = given.length < needed.length;
  if (isTooFew || given.length > inputs.length) {
    const expected =
      needed.length === inputs.length
        ? `${inputs.length} inputs`
        : `number of inputs between ${needed.length} and ${inputs.length}`;
    const missing = needed.filter((input) => !given.includes(input));
    // The server walks its hash table, which hands out what came last first, and cuts the bracket of an
    // empty list of missing inputs.
    const got = given.toReversed().map(quoted).join(",");
    const missed = missing.length === 0 ? "]" : `[${missing.map(quoted).join(",")}]`;
    throw new Refusal(
      400,
      `${tag} expected ${expected} but got ${given.length} inputs for model '${name}'. Got input(s) [${got}], but missing required input(s) ${missed}. Please provide all required input(s).`,
    );
  }
  const unknown = given.find((one) => !inputs.some((input) => input.name === one));
  if (unknown === undefined) return;
  throw new Refusal(400, `unexpected inference input '${unknown}' for model '${name}'`);
}

function quoted(name: string): string {
  return `'${name}'`;
}

function checkRows(model: ServerModel, { inputs }: InferenceRequest, tag: string): number {
  if (model.maxBatchRows === 0) return 1;
  let rows: number | undefined;
  for (const { name, shape } of inputs.toReversed()) {
    const [size] = shape;
    if (size === undefined) {
      throw new Refusal(
        400,
        `${tag} input '${name}' has no shape but model requires batch dimension for '${model.name}'`,
      );
    }
    if (rows !== undefined && size !== rows) {
      throw new Refusal(
        400,
        `${tag} input '${name}' batch size does not match other inputs for '${model.name}'`,
      );
    }
    rows = size;
  }
  if (rows === undefined || rows <= model.maxBatchRows) return rows ?? 0;
  throw new Refusal(
    400,
    `${tag} inference request batch-size must be <= ${model.maxBatchRows} for '${model.name}'`,
  );
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
  if (!fits) {
    throw new Refusal(
      400,
      `${tag} unexpected shape for input '${tensor.name}' for model '${model.name}'. Expected [${shape.join(",")}], got [${tensor.shape.join(",")}]. ${model.maxBatchRows === 0 ? "" : batchNote}`,
    );
  }
  if (model.maxBatchRows > 0 && tensor.shape[0] === 0) {
    const row = tensor.shape.slice(1).reduce((product, size) => product * size, 1);
    checkSize(0, row * datatypes[tensor.datatype].elementBytes, {
      input: tensor.name,
      model: model.name,
      tag,
    });
  }
}
