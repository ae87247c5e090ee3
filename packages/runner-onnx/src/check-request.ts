import {
  formatShape,
  ServerError,
  type InferenceRequest,
  type ModelMetadata,
  type Outcome,
  type Tensor,
  type TensorMetadata,
} from "@nereid/core/transport-kit";

const statusOf: Partial<Readonly<Record<Outcome, number>>> = {
  "not-found": 404,
  unsupported: 501,
  internal: 500,
};

/** An answer that says no, with the status that a server would give it. */
export function refusal(model: string, outcome: Outcome, text: string): ServerError {
  return new ServerError(`model "${model}": ${text}`, {
    outcome,
    status: statusOf[outcome] ?? 400,
    serverText: text,
  });
}

/**
 * Refuses what a server would refuse, before a run.
 *
 * @throws ServerError: `rejected` for inputs and outputs that do not fit, `unsupported` for sequences
 *   and classes
 */
export function checkAgainst(metadata: ModelMetadata, request: InferenceRequest): void {
  const refuse = (text: string): ServerError => refusal(metadata.name, "rejected", text);
  if (request.sequence !== undefined) {
    throw refusal(metadata.name, "unsupported", "expected no sequence, found one");
  }
  for (const tensor of request.inputs) {
    const declared = metadata.inputs.find(({ name }) => name === tensor.name);
    if (declared === undefined)
      throw refuse(`expected inputs of the model, found "${tensor.name}"`);
    checkTensor(tensor, declared, refuse);
  }
  for (const { name } of metadata.inputs) {
    const count = request.inputs.filter((tensor) => tensor.name === name).length;
    if (count === 1) continue;
    throw refuse(`expected input "${name}", found ${count === 0 ? "none" : `it ${count} times`}`);
  }
  for (const { name, classification } of request.outputs ?? []) {
    if (classification !== undefined)
      throw refusal(metadata.name, "unsupported", `output "${name}": expected no classes`);
    if (metadata.outputs.some((output) => output.name === name)) continue;
    throw refuse(`expected outputs of the model, found "${name}"`);
  }
  checkRows(metadata, request, refuse);
}

function checkTensor(
  tensor: Tensor,
  { name, datatype, shape }: TensorMetadata,
  refuse: (text: string) => ServerError,
): void {
  const fits =
    tensor.datatype === datatype &&
    tensor.shape.length === shape.length &&
    shape.every((size, axis) => size === -1 || size === tensor.shape[axis]);
  if (fits) return;
  throw refuse(
    `input "${name}": expected ${datatype} ${formatShape(shape)}, found ${tensor.datatype} ${formatShape(tensor.shape)}`,
  );
}

function checkRows(
  { maxBatchRows }: ModelMetadata,
  { inputs }: InferenceRequest,
  refuse: (text: string) => ServerError,
): void {
  if (maxBatchRows === undefined || maxBatchRows === 0) return;
  const rows = inputs[0]?.shape[0] ?? 0;
  if (rows < 1 || rows > maxBatchRows)
    throw refuse(`expected 1 to ${maxBatchRows} rows in a batch, found ${rows}`);
  for (const { name, shape } of inputs) {
    if (shape[0] === rows) continue;
    throw refuse(`input "${name}": expected ${rows} rows as in the first input, found ${shape[0]}`);
  }
}
