import type { Datatype } from "../tensor/arrays.ts";
import { parseRaw, rawBytes } from "../tensor/raw.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor, TensorOf } from "../tensor/tensor.ts";
import { decodeResponse } from "./decode-response.ts";
import type { InferenceResponse } from "./response.ts";

/** Reads answers to requests whose ids are known; see {@link createResponseDecoder}. */
export type ResponseDecoder = (
  body: Uint8Array,
  headerBytes: number | undefined,
  id: string,
) => InferenceResponse;

/** Headers remembered at most, and how long one may be. */
const maxHeaders = 64;
const maxHeaderBytes = 4096;

/** What a header says, apart from the id. */
interface KnownHeader {
  readonly facts: Omit<InferenceResponse, "id" | "outputs">;
  readonly outputs: readonly KnownOutput[];
  readonly tailBytes: number;
}

interface KnownOutput {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: Shape;
  readonly count: number;
  readonly bytes: number;
}

const latin1 = new TextDecoder("latin1");
const plainId = /^[\w .:-]*$/;

/**
 * Makes a reader of answers that remembers headers. Answers of one model to batches of one size have
 * the same header but for the id, which Triton writes first; reading that text again costs more than
 * everything else a small answer needs.
 *
 * It reads what `decodeResponse` reads and throws what that throws.
 */
export function createResponseDecoder(): ResponseDecoder {
  const known = new Map<string, KnownHeader>();
  return (body, headerBytes, id) => {
    const text = headerBehind(body, headerBytes, id);
    if (text === undefined || headerBytes === undefined) return decodeResponse(body, headerBytes);
    const header = known.get(text);
    if (header !== undefined && header.tailBytes === body.byteLength - headerBytes) {
      return { ...header.facts, id, outputs: readOutputs(header, body.subarray(headerBytes)) };
    }
    const response = decodeResponse(body, headerBytes);
    if (header === undefined && known.size < maxHeaders) {
      const learnt = learn(response, body.byteLength - headerBytes);
      if (learnt !== undefined) known.set(text, learnt);
    }
    return response;
  };
}

/** The header's text behind the id; undefined when it does not begin with this very id. */
function headerBehind(
  body: Uint8Array,
  headerBytes: number | undefined,
  id: string,
): string | undefined {
  if (headerBytes === undefined || headerBytes > maxHeaderBytes) return undefined;
  if (headerBytes > body.byteLength || !plainId.test(id)) return undefined;
  const start = `{"id":"${id}",`;
  const text = latin1.decode(body.subarray(0, headerBytes));
  return text.startsWith(start) ? text.slice(start.length) : undefined;
}

/** What to remember of an answer; undefined when not all of its outputs are in binary form. */
function learn(
  { outputs, modelName, modelVersion, parameters }: InferenceResponse,
  tailBytes: number,
): KnownHeader | undefined {
  const known = outputs.map((tensor) => ({
    name: tensor.name,
    datatype: tensor.datatype,
    shape: tensor.shape,
    count: tensor.data.length,
    bytes: rawBytes(tensor).byteLength,
  }));
  const bytes = known.reduce((sum, output) => sum + output.bytes, 0);
  if (bytes !== tailBytes || bytes === 0) return undefined;
  const facts = {
    modelName,
    ...(modelVersion === undefined ? {} : { modelVersion }),
    ...(parameters === undefined ? {} : { parameters }),
  };
  return { facts, outputs: known, tailBytes };
}

function readOutputs({ outputs }: KnownHeader, tail: Uint8Array): Tensor[] {
  let offset = 0;
  return outputs.map(({ name, datatype, shape, count, bytes }) => {
    const data = parseRaw(datatype, tail.subarray(offset, offset + bytes), count);
    offset += bytes;
    // The data was read as the datatype says, which the type of the pair cannot say.
    return { name, datatype, shape, data } as TensorOf<Datatype> as Tensor;
  });
}
