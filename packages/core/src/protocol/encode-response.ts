import { encodeTensor, type JsonForm } from "./encode-tensor.ts";
import { encodeParameters, quote } from "./json-text.ts";
import { createMessage, type EncodedMessage } from "./message.ts";
import type { InferenceResponse } from "./response.ts";

/** How an answer is written. */
export interface ResponseForm extends JsonForm {
  /** Is this output wanted in binary form? */
  readonly isBinary: (output: string) => boolean;
}

/** Writes the answer of `POST …/infer`, as a server does. */
export function encodeResponse(response: InferenceResponse, form: ResponseForm): EncodedMessage {
  const { id, modelName, modelVersion, parameters } = response;
  const chunks: Uint8Array[] = [];
  const outputs = response.outputs.map((tensor) =>
    encodeTensor(tensor, form.isBinary(tensor.name) ? chunks : undefined, form),
  );
  const header =
    "{" +
    (id === undefined ? "" : `"id":${quote(id)},`) +
    `"model_name":${quote(modelName)}` +
    (modelVersion === undefined ? "" : `,"model_version":${quote(modelVersion)}`) +
    (parameters === undefined ? "" : `,"parameters":{${encodeParameters(parameters)}}`) +
    `,"outputs":[${outputs.join(",")}]}`;
  return createMessage(header, chunks, chunks.length > 0);
}
