import { checkRequest } from "./check-request.ts";
import { encodeTensor, type JsonForm } from "./encode-tensor.ts";
import { encodeParameters, quote } from "./json-text.ts";
import { createMessage, type EncodedMessage } from "./message.ts";
import { reserved } from "./parameters.ts";
import type { InferenceRequest, RequestedOutput, SequencePosition } from "./request.ts";

/** How a request is written. */
export interface RequestForm extends JsonForm {
  /** The request's id; every request has one, so that its answer can be told from another's. */
  readonly id: string;
  /** Tensors in binary form, both ways. */
  readonly binary: boolean;
  /**
   * Fill the JSON with spaces up to a multiple of 8 bytes, so that a reader can use the first tensor
   * where it lies. Default: false.
   */
  readonly aligned?: boolean;
}

const alignmentBytes = 8;

/**
 * Writes the body of `POST …/infer`. The chunks are the tensors' own memory: it must not change until
 * the request is settled.
 *
 * @throws EncodeError for what `checkRequest` refuses and for a tensor that JSON cannot carry
 * @see Triton, "Binary Tensor Data", "Sequence" and "Schedule Policy" extensions
 */
export function encodeRequest(request: InferenceRequest, form: RequestForm): EncodedMessage {
  checkRequest(request);
  const { id, binary, aligned = false } = form;
  // Servers read an empty list as "all of them", like none.
  const listed = request.outputs?.length === 0 ? undefined : request.outputs;
  const chunks: Uint8Array[] = [];
  const inputs = request.inputs.map((tensor) =>
    encodeTensor(tensor, binary ? chunks : undefined, form),
  );
  const outputs = encodeOutputs(listed, binary);
  // Speaks for outputs that are not listed; the listed ones say it themselves.
  const own = encodeOwn(request, binary && listed === undefined);
  const header = `{"id":${quote(id)},"inputs":[${inputs.join(",")}]${outputs}${own}}`;
  return createMessage(aligned && binary ? align(header) : header, chunks, binary);
}

function align(header: string): string {
  return header.padEnd(Math.ceil(header.length / alignmentBytes) * alignmentBytes);
}

/** The request's own parameters, the protocol's first. */
function encodeOwn(request: InferenceRequest, binaryOutputs: boolean): string {
  const { sequence, priority, queueTimeoutUs, parameters } = request;
  let members = sequence === undefined ? "" : encodeSequence(sequence);
  if (priority !== undefined) members += `,"${reserved.priority}":${priority}`;
  if (queueTimeoutUs !== undefined) members += `,"${reserved.queueTimeoutUs}":${queueTimeoutUs}`;
  if (binaryOutputs) members += `,"${reserved.binaryDataOutput}":true`;
  if (parameters !== undefined) members += encodeParameters(parameters);
  return members === "" ? "" : `,"parameters":{${members.slice(1)}}`;
}

function encodeSequence({ id, start, end }: SequencePosition): string {
  const text = typeof id === "bigint" ? String(id) : quote(id);
  return `,"${reserved.sequenceId}":${text},"${reserved.sequenceStart}":${start},"${reserved.sequenceEnd}":${end}`;
}

function encodeOutputs(outputs: readonly RequestedOutput[] | undefined, binary: boolean): string {
  if (outputs === undefined) return "";
  const entries = outputs.map((output) => encodeOutput(output, binary));
  return `,"outputs":[${entries.join(",")}]`;
}

function encodeOutput({ name, classification }: RequestedOutput, binary: boolean): string {
  let members = binary ? `,"${reserved.binaryData}":true` : "";
  if (classification !== undefined) members += `,"${reserved.classification}":${classification}`;
  const parameters = members === "" ? "" : `,"parameters":{${members.slice(1)}}`;
  return `{"name":${quote(name)}${parameters}}`;
}
