import {
  checkResponse,
  decodeResponse,
  DecodeError,
  encodeRequest,
  type Call,
  type ConnectionOptions,
  type EncodedMessage,
  type InferenceRequest,
  type InferenceResponse,
} from "@nereid/core/transport-kit";
import type { HttpAnswer } from "./exchange.ts";
import type { EndpointRequest, HttpClient } from "./http-client.ts";
import { modelPath } from "./paths.ts";
import { compressMessage, joinMessage } from "./request-body.ts";

/** Sends inference requests in one form. */
export interface InferContext {
  readonly client: HttpClient;
  readonly options: ConnectionOptions;
  /** A new id for each exchange, so that a late answer cannot pass for another's. */
  readonly createId: () => string;
}

/** One inference: encode, send, decode, check. */
export async function inferOver(
  { client, options, createId }: InferContext,
  request: InferenceRequest,
  call: Call,
  binary: boolean,
): Promise<InferenceResponse> {
  const id = request.id ?? createId();
  const message = encodeRequest(request, { id, binary });
  const sent =
    options.compression === undefined
      ? plainRequest(request, message)
      : await compressedRequest(request, message, options);
  const answer = await client.send(sent, call);
  if (answer.status !== 200) throw unexpectedStatus(client, sent, answer);
  return checkResponse(request, id, decodeResponse(answer.body, headerLength(answer)));
}

function plainRequest(request: InferenceRequest, message: EncodedMessage): EndpointRequest {
  return {
    method: "POST",
    path: `${modelPath(request.model)}/infer`,
    headers: messageHeaders(message, message.bodyBytes),
    body: joinMessage(message),
  };
}

async function compressedRequest(
  request: InferenceRequest,
  message: EncodedMessage,
  options: ConnectionOptions,
): Promise<EndpointRequest> {
  const compressed = await compressMessage(message, options);
  if (compressed === undefined) return plainRequest(request, message);
  const { body, encoding } = compressed;
  return {
    method: "POST",
    path: `${modelPath(request.model)}/infer`,
    headers: [...messageHeaders(message, body.byteLength), "content-encoding", encoding],
    body,
  };
}

/** The header's length is that of the JSON as it was, whatever compression makes of the body. */
function messageHeaders(message: EncodedMessage, bodyBytes: number): string[] {
  const length = String(bodyBytes);
  if (!message.binary) return ["content-type", "application/json", "content-length", length];
  return [
    "content-type",
    "application/octet-stream",
    "content-length",
    length,
    "inference-header-content-length",
    String(message.headerBytes),
  ];
}

/** A success that is no 200 has no answer in it. */
function unexpectedStatus(client: HttpClient, sent: EndpointRequest, answer: HttpAnswer): Error {
  if (answer.status >= 300) return client.refusal(sent, answer);
  return new DecodeError(`${sent.path}: expected status 200, found ${answer.status}`);
}

/** The length of the JSON; undefined when the whole body is JSON. Content types are not to be trusted. */
function headerLength({ headers, body }: HttpAnswer): number | undefined {
  const value = headers["inference-header-content-length"];
  if (value === undefined) return undefined;
  if (typeof value === "string" && /^\d{1,15}$/.test(value)) return Number(value);
  throw new DecodeError(
    `answer: expected Inference-Header-Content-Length from 0 to ${body.byteLength}, found no such number`,
  );
}
