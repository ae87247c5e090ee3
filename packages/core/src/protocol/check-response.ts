import { DecodeError } from "../errors/errors.ts";
import type { InferenceRequest } from "./request.ts";
import type { InferenceResponse } from "./response.ts";

/**
 * Believes an answer only when it is the answer to this request: same model, same id, the pinned
 * version, and every output that was asked for.
 *
 * The id is the guard against an answer that belongs to somebody else's question.
 *
 * @param id - the id that was sent
 * @throws DecodeError for the first thing that differs
 */
export function checkResponse(
  request: InferenceRequest,
  id: string,
  response: InferenceResponse,
): InferenceResponse {
  const { model, outputs = [] } = request;
  if (response.id !== id) {
    throw new DecodeError(
      `model "${model.name}": expected the answer to carry the request's id, found ${response.id === undefined ? "none" : "another"}`,
    );
  }
  if (response.modelName !== "" && response.modelName !== model.name) {
    throw new DecodeError(
      `model "${model.name}": expected its answer, found one of model "${response.modelName}"`,
    );
  }
  const { modelVersion } = response;
  if (model.version !== undefined && modelVersion !== undefined && modelVersion !== model.version) {
    throw new DecodeError(
      `model "${model.name}": expected version ${model.version}, found version ${modelVersion}`,
    );
  }
  const missing = outputs.find(
    ({ name }) => !response.outputs.some((tensor) => tensor.name === name),
  );
  if (missing !== undefined) {
    throw new DecodeError(
      `model "${model.name}": expected output "${missing.name}", found ${listNames(response)}`,
    );
  }
  return response;
}

function listNames({ outputs }: InferenceResponse): string {
  return outputs.length === 0 ? "none" : outputs.map(({ name }) => `"${name}"`).join(", ");
}
