import {
  encodeRequest,
  type Call,
  type InferenceRequest,
  type InferenceResponse,
} from "@nereid/core/transport-kit";
import type { EndpointRequest } from "../http-client.ts";
import { modelPath } from "../paths.ts";
import { decodeAnswer } from "./decode-answer.ts";
import { checkGenerate, encodeFlat } from "./encode-flat.ts";
import type { GenerateContext } from "./generate-context.ts";

/** A request ready for the wire, and how to read what comes back. */
export interface Prepared {
  readonly sent: EndpointRequest;
  /** Method and address, for messages. */
  readonly where: () => string;
  /** Reads one answer. @throws ServerError, DecodeError */
  readonly decode: (body: Uint8Array) => InferenceResponse;
}

/**
 * Writes a request in the form that the server takes. Triton's form leaves datatypes and shapes unsaid, so
 * the model is asked for them first, once.
 *
 * @throws EncodeError for what the form cannot say; what asking throws
 */
export async function prepare(
  { client, createId, serverFacts, modelFacts }: GenerateContext,
  action: "generate" | "generate_stream",
  request: InferenceRequest,
  call: Call,
): Promise<Prepared> {
  checkGenerate(request);
  const path = `${modelPath(request.model)}/${action}`;
  const id = request.id ?? createId();
  const { wholeMessages } = await serverFacts(call);
  const metadata = wholeMessages ? undefined : await modelFacts.get(request.model, call);
  const text =
    metadata === undefined
      ? encodeRequest(request, { id, binary: false }).header
      : encodeFlat(request, metadata, id);
  // All of it is ASCII: what is not was escaped.
  const body = { text, chunks: [], byteLength: text.length };
  const headers = ["content-type", "application/json"];
  const sent: EndpointRequest = { method: "POST", path, headers, body };
  const where = (): string => client.where(sent);
  return {
    sent,
    where,
    decode: (bytes) => decodeAnswer({ request, id, metadata, where }, bytes),
  };
}
