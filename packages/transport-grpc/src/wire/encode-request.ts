import {
  checkRequest,
  rawBytes,
  reserved,
  type InferenceRequest,
  type Tensor,
} from "@nereid/core/transport-kit";
import { writeParameter, writeParameters } from "./encode-parameters.ts";
import {
  beginMessage,
  endMessage,
  putVarint,
  varintBytes,
  writeText,
  writeVarint,
  type Writer,
} from "./writer.ts";

/** Tags of `ModelInferRequest` and its nested messages. */
const request = {
  modelName: 0x0a,
  modelVersion: 0x12,
  id: 0x1a,
  parameters: 0x22,
  inputs: 0x2a,
  outputs: 0x32,
  rawInputContents: 0x3a,
} as const;
const tensor = { name: 0x0a, datatype: 0x12, shape: 0x1a } as const;
const requestedOutput = { name: 0x0a, parameters: 0x12 } as const;

/** What a message says beside the request. */
export interface RequestFacts {
  /** Every request has one, so that its answer can be told from another's. */
  readonly id: string;
  /** Ask for an end marker behind the answers of a decoupled model. */
  readonly emptyFinal: boolean;
}

/**
 * Writes a `ModelInferRequest`. Tensors travel as raw bytes, each copied once into the message, whose
 * memory goes back to the writer's when the message has left.
 *
 * @throws EncodeError for what `checkRequest` refuses
 */
export function encodeRequest(
  writer: Writer,
  asked: InferenceRequest,
  { id, emptyFinal }: RequestFacts,
): Buffer {
  checkRequest(asked);
  const { model, inputs, outputs } = asked;
  writer.at = 0;
  writeText(writer, request.modelName, model.name);
  if (model.version !== undefined) writeText(writer, request.modelVersion, model.version);
  writeText(writer, request.id, id);
  writeOwnParameters(writer, asked, emptyFinal);
  for (const input of inputs) writeTensorHead(writer, input);
  for (const { name, classification } of outputs ?? []) {
    const start = beginMessage(writer, request.outputs);
    writeText(writer, requestedOutput.name, name);
    if (classification !== undefined) {
      writeParameter(writer, requestedOutput.parameters, reserved.classification, classification);
    }
    endMessage(writer, start);
  }
  return joinRaw(writer, inputs.map(rawBytes));
}

/** The request's own parameters, the protocol's first. */
function writeOwnParameters(writer: Writer, asked: InferenceRequest, emptyFinal: boolean): void {
  const { sequence, priority, queueTimeoutUs, parameters } = asked;
  const tag = request.parameters;
  if (sequence !== undefined) {
    writeParameter(writer, tag, reserved.sequenceId, sequence.id);
    writeParameter(writer, tag, reserved.sequenceStart, sequence.start);
    writeParameter(writer, tag, reserved.sequenceEnd, sequence.end);
  }
  if (priority !== undefined) writeParameter(writer, tag, reserved.priority, priority);
  if (queueTimeoutUs !== undefined) {
    writeParameter(writer, tag, reserved.queueTimeoutUs, queueTimeoutUs);
  }
  if (emptyFinal) writeParameter(writer, tag, reserved.emptyFinalResponse, true);
  if (parameters !== undefined) writeParameters(writer, tag, parameters);
}

function writeTensorHead(writer: Writer, { name, datatype, shape }: Tensor): void {
  const start = beginMessage(writer, request.inputs);
  writeText(writer, tensor.name, name);
  writeText(writer, tensor.datatype, datatype);
  if (shape.length > 0) {
    const sizes = beginMessage(writer, tensor.shape);
    for (const size of shape) writeVarint(writer, size);
    endMessage(writer, sizes);
  }
  endMessage(writer, start);
}

/** Copies head and tensors into memory of the message's own: the writer's is for the next one. */
function joinRaw({ bytes, at, memory }: Writer, raws: readonly Uint8Array[]): Buffer {
  let total = at;
  for (const { byteLength } of raws) total += 1 + varintBytes(byteLength) + byteLength;
  const message = memory.take(total);
  bytes.copy(message, 0, 0, at);
  let end = at;
  for (const raw of raws) {
    message[end] = request.rawInputContents;
    end = putVarint(message, end + 1, raw.byteLength);
    message.set(raw, end);
    end += raw.byteLength;
  }
  return message;
}
