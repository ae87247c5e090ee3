import {
  checkResponse,
  createRequestEncoder,
  createResponseDecoder,
  type Call,
  type ConnectionOptions,
  type EncodedMessage,
  type InferenceRequest,
  type InferenceResponse,
  type ModelRef,
  type Transport,
} from "@nereid/core/transport-kit";
import { readHeaderBytes } from "./answer-headers.ts";
import type { ReceivedAnswer } from "./exchange.ts";
import type { EndpointRequest, HttpClient } from "./http-client.ts";
import { modelPath } from "./paths.ts";
import { bodyOf, compressMessage } from "./request-body.ts";
import type { Work } from "./work.ts";

/** What inferences need of their transport. */
export interface InferContext {
  readonly client: HttpClient;
  readonly options: ConnectionOptions;
  readonly work: Work;
  /** Whether tensors travel in binary form: V2 alone has none. */
  readonly isBinary: (call: Call) => boolean | Promise<boolean>;
  /** A new id for each exchange, so that a late answer cannot pass for another's. */
  readonly createId: () => string;
}

/** Makes the function that knows the path of a model's inferences, checked once for each change of model. */
function createInferPath(): (model: ModelRef) => string {
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

/** Makes the function that does one inference: encode, send, decode, check. */
export function createInfer({
  client,
  options,
  work,
  isBinary,
  createId,
}: InferContext): Transport["infer"] {
  // They remember the last path, and the headers of earlier requests and answers.
  const pathOf = createInferPath();
  const encode = createRequestEncoder();
  const decode = createResponseDecoder();

  const read = (
    request: InferenceRequest,
    id: string,
    sent: EndpointRequest,
    answer: ReceivedAnswer,
  ): InferenceResponse => {
    if (answer.status !== 200) throw client.refusal(sent, answer);
    try {
      const headerBytes = readHeaderBytes(answer.headers, () => client.where(sent));
      return checkResponse(request, id, decode(answer.body, headerBytes, id));
    } catch (error) {
      answer.distrust();
      throw error;
    }
  };

  return async (request, call) => {
    const finish = work.begin();
    try {
      const asked = isBinary(call);
      const binary = typeof asked === "boolean" ? asked : await asked;
      const path = pathOf(request.model);
      const id = request.id ?? createId();
      const message = encode(request, { id, binary });
      const sent =
        options.compression === undefined
          ? plainRequest(path, message)
          : await compressedRequest(path, message, options);
      return read(request, id, sent, await client.send(sent, call));
    } catch (error) {
      throw client.redact(error);
    } finally {
      finish();
    }
  };
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
