import { EncodeError } from "../errors/errors.ts";
import type { InferenceRequest } from "./request.ts";

/**
 * Makes the check that the requests of one stream go to one model: Triton 2.51 dies of an answer of a
 * plain model behind answers of a decoupled one on the same `ModelStreamInfer` call.
 *
 * @returns a function that throws EncodeError for the first request to another model
 */
export function createOneModelCheck(): (request: InferenceRequest) => void {
  let first: string | undefined;
  return ({ model }) => {
    first ??= model.name;
    if (model.name === first) return;
    throw new EncodeError(
      `stream: expected requests to one model, found "${first}" and "${model.name}"`,
    );
  };
}
