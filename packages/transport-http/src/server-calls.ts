import {
  completeMetadata,
  createServerFacts,
  decodeModelConfig,
  decodeModelMetadata,
  decodeModelStatistics,
  decodeRepositoryIndex,
  decodeServerMetadata,
  EncodeError,
  type GetServerFacts,
  type Call,
  type LoadOptions,
  type ModelMetadata,
  type ModelRef,
  type ServerApi,
} from "@nereid/core/transport-kit";
import type { HttpAnswer } from "./exchange.ts";
import type { CallFacts, EndpointRequest, HttpClient } from "./http-client.ts";
import { modelPath, repositoryPath } from "./paths.ts";
import { bodyOfBytes } from "./request-body.ts";

/** The calls beside inference, over HTTP. */
export interface ServerCalls extends ServerApi {
  ready(model: ModelRef, call: Call): Promise<boolean>;
  metadata(model: ModelRef, call: Call): Promise<ModelMetadata>;
  /** What the transport has to know of the server, asked once. */
  readonly facts: GetServerFacts;
}

/** Statuses that mean "no" to a health question; others are failures. */
const notReady: ReadonlySet<number> = new Set([400, 404, 503]);

/** Makes the calls of a client. @see Triton, "Model Repository" and "Statistics" extensions */
export function createServerCalls(client: HttpClient): ServerCalls {
  const send = async (request: EndpointRequest, call?: Partial<Call>): Promise<HttpAnswer> => {
    const answer = await client.send(request, toFacts(call));
    if (answer.status !== 200) throw client.refusal(request, answer);
    return answer;
  };
  const get = async (path: string, call?: Partial<Call>): Promise<Uint8Array> =>
    (await send(getRequest(path), call)).body;
  const post = async (
    path: string,
    json: object | undefined,
    call?: Partial<Call>,
  ): Promise<Uint8Array> => (await send(postRequest(path, json), call)).body;
  const health = async (path: string, call?: Partial<Call>): Promise<boolean> => {
    const request = getRequest(path);
    const answer = await client.send(request, toFacts(call));
    if (answer.status === 200) return true;
    if (notReady.has(answer.status)) return false;
    throw client.refusal(request, answer);
  };
  const serverMetadata: ServerApi["serverMetadata"] = async (call) =>
    decodeServerMetadata(await get("/v2", call));
  const modelConfig: ServerApi["modelConfig"] = async (model, call) =>
    decodeModelConfig(await get(`${modelPath(model)}/config`, call));
  const facts = createServerFacts(serverMetadata);

  return {
    serverLive: (call) => health("/v2/health/live", call),
    serverReady: (call) => health("/v2/health/ready", call),
    ready: async (model, call) => health(`${modelPath(model)}/ready`, call),
    serverMetadata,
    modelConfig,
    facts,
    async metadata(model, call) {
      const metadata = decodeModelMetadata(await get(modelPath(model), call));
      const { configurations } = await facts(call);
      return configurations ? completeMetadata(metadata, modelConfig(model, call)) : metadata;
    },
    async modelStatistics(model, call) {
      const path = model === undefined ? "/v2/models/stats" : `${modelPath(model)}/stats`;
      return decodeModelStatistics(await get(path, call));
    },
    async repositoryIndex({ readyOnly = false } = {}, call) {
      return decodeRepositoryIndex(
        await post("/v2/repository/index", readyOnly ? { ready: true } : {}, call),
      );
    },
    async loadModel(name, options = {}, call) {
      await post(`${repositoryPath(name)}/load`, loadBody(options), call);
    },
    async unloadModel(name, { unloadDependents = false } = {}, call) {
      const body = unloadDependents ? { parameters: { unload_dependents: true } } : undefined;
      await post(`${repositoryPath(name)}/unload`, body, call);
    },
  };
}

/** Triton wants the configuration as text within the JSON, and files in base64. */
function loadBody({ config, files }: LoadOptions): object | undefined {
  if (config === undefined && files === undefined) return undefined;
  if (config === undefined) {
    throw new EncodeError("model to load: expected a config beside the files, found none");
  }
  const parameters: Record<string, string> = { config };
  for (const [path, bytes] of Object.entries(files ?? {})) {
    parameters[`file:${path}`] = Buffer.from(bytes).toString("base64");
  }
  return { parameters };
}

const never: AbortSignal = new AbortController().signal;

function toFacts({ signal = never, headers = {} }: Partial<Call> = {}): CallFacts {
  return { signal, headers };
}

function getRequest(path: string): EndpointRequest {
  return { method: "GET", path, headers: [], body: undefined };
}

function postRequest(path: string, json: object | undefined): EndpointRequest {
  if (json === undefined) return { method: "POST", path, headers: [], body: undefined };
  const headers = ["content-type", "application/json"];
  return { method: "POST", path, headers, body: bodyOfBytes(Buffer.from(JSON.stringify(json))) };
}
