import { bytesToSend, rawBytes } from "../tensor/raw.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { encodeRequest, type RequestForm } from "./encode-request.ts";
import { quote } from "./json-text.ts";
import { createMessage, type EncodedMessage } from "./message.ts";
import type { InferenceRequest } from "./request.ts";

/** Writes requests; see {@link createRequestEncoder}. */
export type RequestEncoder = (request: InferenceRequest, form: RequestForm) => EncodedMessage;

/** Models whose headers are remembered at most. */
const maxModels = 64;

/** A request's header behind the id, and what it was made of. */
interface KnownRequest {
  readonly text: string;
  readonly inputs: readonly KnownInput[];
  readonly outputs: InferenceRequest["outputs"];
}

interface KnownInput extends Pick<Tensor, "name" | "datatype" | "shape"> {
  readonly bytes: number;
}

/**
 * Makes a writer of requests that remembers each model's last header. Requests for batches of one size
 * differ in their ids alone; comparing names and shapes takes 0.1 µs, writing them again 1 µs.
 *
 * It writes what `encodeRequest` writes and throws what that throws.
 */
export function createRequestEncoder(): RequestEncoder {
  const known = new Map<string, KnownRequest>();
  return (request, form) => {
    if (!form.binary || form.aligned === true || !isPlain(request)) {
      return encodeRequest(request, form);
    }
    const { name } = request.model;
    const header = known.get(name);
    const chunks = header === undefined ? undefined : chunksThatFit(header, request);
    const start = `{"id":${quote(form.id)}`;
    if (header !== undefined && chunks !== undefined) {
      return createMessage(start + header.text, chunks, true);
    }
    const message = encodeRequest(request, form);
    if (header !== undefined || known.size < maxModels) {
      known.set(name, learn(request, message.header.slice(start.length)));
    }
    return message;
  };
}

/** True for a request that is tensors and nothing else. */
function isPlain({ sequence, priority, queueTimeoutUs, parameters }: InferenceRequest): boolean {
  return (
    sequence === undefined &&
    priority === undefined &&
    queueTimeoutUs === undefined &&
    parameters === undefined
  );
}

function learn({ inputs, outputs }: InferenceRequest, text: string): KnownRequest {
  const known = inputs.map((tensor) => ({
    name: tensor.name,
    datatype: tensor.datatype,
    shape: tensor.shape.slice(),
    bytes: rawBytes(tensor).byteLength,
  }));
  return { text, inputs: known, outputs };
}

/** The tensors' bytes, when the header says of each what is so. */
function chunksThatFit(
  known: KnownRequest,
  { inputs, outputs }: InferenceRequest,
): readonly Uint8Array[] | undefined {
  if (known.outputs !== outputs || known.inputs.length !== inputs.length) return undefined;
  const chunks: Uint8Array[] = [];
  for (let index = 0; index < inputs.length; index += 1) {
    const tensor = inputs[index];
    const before = known.inputs[index];
    if (tensor === undefined || before === undefined) return undefined;
    if (tensor.name !== before.name || tensor.datatype !== before.datatype) return undefined;
    if (!isSameShape(tensor.shape, before.shape)) return undefined;
    const raw = bytesToSend(tensor);
    if (raw.byteLength !== before.bytes) return undefined;
    if (raw.byteLength > 0) chunks.push(raw);
  }
  return chunks;
}

function isSameShape(one: Tensor["shape"], other: Tensor["shape"]): boolean {
  if (one.length !== other.length) return false;
  for (let axis = 0; axis < one.length; axis += 1) if (one[axis] !== other[axis]) return false;
  return true;
}
