import { encodeTensor, type JsonForm } from "./encode-tensor.ts";
import { encodeParameters, quote } from "./json-text.ts";
import { createMessage, type EncodedMessage } from "./message.ts";
import type { InferenceResponse } from "./response.ts";

/** How an answer is written. */
export interface ResponseForm extends JsonForm {
  /** Is the output of this name wanted in binary form? */
  readonly binary: (outputName: string) => boolean;
}

/**
 * Writes the answer of `POST …/infer`, as a server does. The chunks are the tensors' own memory.
 *
 * As Triton has it, an answer whose binary tensors are all empty counts as plain JSON.
 *
 * @throws EncodeError for a tensor that JSON cannot carry
 */
export function encodeResponse(response: InferenceResponse, form: ResponseForm): EncodedMessage {
  const { id, modelName, modelVersion, parameters } = response;
  const chunks: Uint8Array[] = [];
  const outputs = response.outputs.map((tensor) =>
    encodeTensor(tensor, form.binary(tensor.name) ? chunks : undefined, form),
  );
  const header =
    `{"model_name":${quote(modelName)}` +
    (modelVersion === undefined ? "" : `,"model_version":${quote(modelVersion)}`) +
    (id === undefined ? "" : `,"id":${quote(id)}`) +
    (parameters === undefined ? "" : `,"parameters":{${encodeParameters(parameters).slice(1)}}`) +
    `,"outputs":[${outputs.join(",")}]}`;
  return createMessage(header, chunks, chunks.length > 0);
}
