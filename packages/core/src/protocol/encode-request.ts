import { EncodeError } from "../errors/errors.ts";
import { encodeTensor, type JsonForm } from "./encode-tensor.ts";
import { encodeParameters, quote } from "./json-text.ts";
import { createMessage, type EncodedMessage } from "./message.ts";
import { isReservedParameter, reserved } from "./parameters.ts";
import type { InferenceRequest, RequestedOutput, SequencePosition } from "./request.ts";

/** How a request is written. */
export interface RequestForm extends JsonForm {
  /** The request's id; every request has one, so that its answer can be told from another's. */
  readonly id: string;
  /** Tensors in binary form, both ways. */
  readonly binary: boolean;
}

/**
 * Writes a request for `POST …/infer`. The chunks are the tensors' own memory.
 *
 * @throws EncodeError for a reserved parameter name and for a tensor that JSON cannot carry
 * @see Triton, "Binary Tensor Data", "Sequence" and "Schedule Policy" extensions
 */
export function encodeRequest(request: InferenceRequest, form: RequestForm): EncodedMessage {
  const chunks: Uint8Array[] = [];
  const inputs = request.inputs
    .map((tensor) => encodeTensor(tensor, form.binary ? chunks : undefined, form))
    .join(",");
  const parameters = encodeRequestParameters(request, form.binary);
  const header =
    `{"id":${quote(form.id)}` +
    (parameters === "" ? "" : `,"parameters":{${parameters}}`) +
    `,"inputs":[${inputs}]${encodeOutputs(request.outputs, form.binary)}}`;
  return createMessage(header, chunks, form.binary);
}

function encodeRequestParameters(request: InferenceRequest, binary: boolean): string {
  const { sequence, priority, queueTimeoutUs, parameters = {} } = request;
  const clash = Object.keys(parameters).find(isReservedParameter);
  if (clash !== undefined) {
    throw new EncodeError(
      `parameter "${clash}": expected a name of your own, found a reserved one`,
    );
  }
  const extra = sequence === undefined ? [] : encodeSequence(sequence);
  if (priority !== undefined) extra.push(`"${reserved.priority}":${priority}`);
  if (queueTimeoutUs !== undefined) extra.push(`"${reserved.queueTimeoutUs}":${queueTimeoutUs}`);
  // Holds for outputs that are not listed; the listed ones say it themselves.
  if (binary && request.outputs === undefined) extra.push(`"${reserved.binaryDataOutput}":true`);
  return encodeParameters(parameters, extra);
}

function encodeSequence({ id, start, end }: SequencePosition): string[] {
  return [
    `"${reserved.sequenceId}":${typeof id === "bigint" ? id : quote(id)}`,
    `"${reserved.sequenceStart}":${start}`,
    `"${reserved.sequenceEnd}":${end}`,
  ];
}

function encodeOutputs(outputs: readonly RequestedOutput[] | undefined, binary: boolean): string {
  if (outputs === undefined) return "";
  const entries = outputs.map(({ name, classification }) => {
    const parameters = [
      ...(binary ? [`"${reserved.binaryData}":true`] : []),
      ...(classification === undefined ? [] : [`"${reserved.classification}":${classification}`]),
    ];
    return parameters.length === 0
      ? `{"name":${quote(name)}}`
      : `{"name":${quote(name)},"parameters":{${parameters.join(",")}}}`;
  });
  return `,"outputs":[${entries.join(",")}]`;
}
