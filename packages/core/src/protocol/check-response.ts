import { DecodeError } from "../errors/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { InferenceRequest } from "./request.ts";
import type { InferenceResponse } from "./response.ts";

/** What `checkResponse` insists on. */
export interface ResponseRules {
  /** Refuse an answer without an id. An answer with another id is always refused. Default: true. */
  readonly idRequired?: boolean;
}

/**
 * Believes an answer only when it is the answer to this request: same model, same id, the pinned
 * version, every output that was asked for, none twice.
 *
 * The id is the guard against an answer that belongs to somebody else's question.
 *
 * @param id - the id that was sent
 * @throws DecodeError for the first thing that differs
 */
export function checkResponse(
  { model, outputs = [] }: InferenceRequest,
  id: string,
  response: InferenceResponse,
  { idRequired = true }: ResponseRules = {},
): InferenceResponse {
  const { modelName, modelVersion } = response;
  if (modelName !== "" && modelName !== model.name) {
    throw new DecodeError(
      `model "${model.name}": expected its answer, found one of model "${modelName}"`,
    );
  }
  if (response.id === undefined ? idRequired : response.id !== id) {
    const found = response.id === undefined ? "none" : "another";
    throw new DecodeError(
      `model "${model.name}": expected the answer to carry the request's id, found ${found}`,
    );
  }
  if (model.version !== undefined && modelVersion !== undefined && modelVersion !== model.version) {
    throw new DecodeError(
      `model "${model.name}": expected version ${model.version}, found version ${modelVersion}`,
    );
  }
  const names = distinctNames(model.name, response.outputs);
  for (const { name } of outputs) {
    if (names.has(name)) continue;
    throw new DecodeError(
      `model "${model.name}": expected output "${name}", found ${listNames(names)}`,
    );
  }
  return response;
}

function distinctNames(model: string, tensors: readonly Tensor[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { name } of tensors) {
    if (names.has(name)) {
      throw new DecodeError(`model "${model}": expected output "${name}" once, found it twice`);
    }
    names.add(name);
  }
  return names;
}

function listNames(names: ReadonlySet<string>): string {
  return names.size === 0 ? "none" : Array.from(names, (name) => `"${name}"`).join(", ");
}
