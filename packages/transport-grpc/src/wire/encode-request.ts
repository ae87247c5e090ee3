import {
  checkRequest,
  rawBytes,
  reserved,
  type InferenceRequest,
  type Tensor,
} from "@nereid/core/transport-kit";
import { prefixBytes } from "../http2/frames.ts";
import { writeParameter, writeParameters, writeSequenceId } from "./encode-parameters.ts";
import { frameParts, joinRaw } from "./raw-contents.ts";
import { beginMessage, endMessage, writeText, writeVarint, type Writer } from "./writer.ts";

/** Tags of `ModelInferRequest` and its nested messages. */
const request = {
  modelName: 0x0a,
  modelVersion: 0x12,
  id: 0x1a,
  parameters: 0x22,
  inputs: 0x2a,
  outputs: 0x32,
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
 * @throws EncodeError for what `checkRequest` refuses, and for text that has no UTF-8 form
 */
export function encodeRequest(
  writer: Writer,
  asked: InferenceRequest,
  facts: RequestFacts,
): Buffer {
  writer.at = 0;
  writeHead(writer, asked, facts);
  return joinRaw(writer, asked.inputs.map(rawBytes));
}

/**
 * Writes a `ModelInferRequest` in its frame, as parts that are sent one behind the other: large tensors
 * are the caller's own memory, small ones are copied.
 *
 * @throws EncodeError as {@link encodeRequest}
 */
export function encodeFrame(
  writer: Writer,
  asked: InferenceRequest,
  facts: RequestFacts,
): readonly Uint8Array[] {
  writer.at = prefixBytes;
  writeHead(writer, asked, facts);
  return frameParts(writer, asked.inputs.map(rawBytes));
}

function writeHead(
  writer: Writer,
  asked: InferenceRequest,
  { id, emptyFinal }: RequestFacts,
): void {
  checkRequest(asked);
  const { model, inputs, outputs } = asked;
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
}

/** The request's own parameters, the protocol's first. */
function writeOwnParameters(writer: Writer, asked: InferenceRequest, emptyFinal: boolean): void {
  const { sequence, priority, queueTimeoutUs, parameters } = asked;
  const tag = request.parameters;
  if (sequence !== undefined) {
    writeSequenceId(writer, tag, reserved.sequenceId, sequence.id);
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
