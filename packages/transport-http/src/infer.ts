import {
  checkResponse,
  type Call,
  type ConnectionOptions,
  type EncodedMessage,
  type InferenceRequest,
  type InferenceResponse,
  type ModelRef,
  type RequestEncoder,
  type ResponseDecoder,
} from "@nereid/core/transport-kit";
import { readHeaderBytes } from "./answer-headers.ts";
import type { EndpointRequest, HttpClient } from "./http-client.ts";
import { modelPath } from "./paths.ts";
import { bodyOf, compressMessage } from "./request-body.ts";

/** Sends inference requests in one form. */
export interface InferContext {
  readonly client: HttpClient;
  readonly options: ConnectionOptions;
  /** A new id for each exchange, so that a late answer cannot pass for another's. */
  readonly createId: () => string;
  /** Writes requests; remembers the headers of earlier ones. */
  readonly encode: RequestEncoder;
  /** The path of a model's inferences; remembers the last one. */
  readonly pathOf: (model: ModelRef) => string;
  /** Reads answers; remembers the headers of earlier ones. */
  readonly decode: ResponseDecoder;
}

/** Makes the function that knows the path of a model's inferences, checked once for each change of model. */
export function createInferPath(): (model: ModelRef) => string {
  let last: ModelRef = { name: "" };
  let path = "";
  return (model) => {
    if (model.name !== last.name || model.version !== last.version || path === "") {
      path = `${modelPath(model)}/infer`;
      last = { ...model };
    }
    return path;
  };
}

/** One inference: encode, send, decode, check. */
export async function inferOver(
  { client, options, createId, encode, pathOf, decode }: InferContext,
  request: InferenceRequest,
  call: Call,
  binary: boolean,
): Promise<InferenceResponse> {
  const path = pathOf(request.model);
  const id = request.id ?? createId();
  const message = encode(request, { id, binary });
  const sent =
    options.compression === undefined
      ? plainRequest(path, message)
      : await compressedRequest(path, message, options);
  const answer = await client.send(sent, call);
  if (answer.status !== 200) throw client.refusal(sent, answer);
  try {
    const headerBytes = readHeaderBytes(answer.headers, () => client.where(sent));
    return checkResponse(request, id, decode(answer.body, headerBytes, id));
  } catch (error) {
    answer.distrust();
    throw error;
  }
}

function plainRequest(path: string, message: EncodedMessage): EndpointRequest {
  return { method: "POST", path, headers: messageHeaders(message), body: bodyOf(message) };
}

async function compressedRequest(
  path: string,
  message: EncodedMessage,
  options: ConnectionOptions,
): Promise<EndpointRequest> {
  const compressed = await compressMessage(message, options);
  if (compressed === undefined) return plainRequest(path, message);
  const { body, encoding } = compressed;
  const headers = [...messageHeaders(message), "content-encoding", encoding];
  return { method: "POST", path, headers, body };
}

/** The header's length is that of the JSON as it was, whatever compression makes of the body. */
function messageHeaders({ binary, headerBytes }: EncodedMessage): readonly string[] {
  if (!binary) return ["content-type", "application/json"];
  return [
    "content-type",
    "application/octet-stream",
    "inference-header-content-length",
    String(headerBytes),
  ];
}
