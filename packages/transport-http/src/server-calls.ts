import {
  decodeModelConfig,
  decodeModelMetadata,
  decodeModelStatistics,
  decodeRepositoryIndex,
  decodeServerMetadata,
  type Call,
  type LoadOptions,
  type ModelMetadata,
  type ModelRef,
  type ServerApi,
} from "@nereid/core/transport-kit";
import type { HttpAnswer } from "./exchange.ts";
import type { CallFacts, EndpointRequest, HttpClient } from "./http-client.ts";
import { modelPath, repositoryPath } from "./paths.ts";

/** The calls beside inference, over HTTP. */
export interface ServerCalls extends ServerApi {
  ready(model: ModelRef, call: Call): Promise<boolean>;
  metadata(model: ModelRef, call: Call): Promise<ModelMetadata>;
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
  const post = async (path: string, json: unknown, call?: Partial<Call>): Promise<Uint8Array> =>
    (await send(postRequest(path, json), call)).body;
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

  return {
    serverLive: (call) => health("/v2/health/live", call),
    serverReady: (call) => health("/v2/health/ready", call),
    ready: (model, call) => health(`${modelPath(model)}/ready`, call),
    serverMetadata,
    modelConfig,
    async metadata(model, call) {
      const metadata = decodeModelMetadata(await get(modelPath(model), call));
      const { extensions } = await serverMetadata(call);
      if (!extensions.includes("model_configuration")) return metadata;
      return withConfig(metadata, await modelConfig(model, call));
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
      const body = unloadDependents ? { parameters: { unload_dependents: true } } : {};
      await post(`${repositoryPath(name)}/unload`, body, call);
    },
  };
}

/** What only the configuration tells. */
function withConfig(
  metadata: ModelMetadata,
  config: Awaited<ReturnType<ServerApi["modelConfig"]>>,
): ModelMetadata {
  const optional = new Set(config.optionalInputs);
  return {
    ...metadata,
    maxBatchRows: config.maxBatchRows,
    decoupled: config.decoupled,
    ...(config.sequence === undefined ? {} : { sequence: config.sequence }),
    inputs: metadata.inputs.map((input) =>
      optional.has(input.name) ? { ...input, optional: true } : input,
    ),
  };
}

function loadBody({ config, files = {} }: LoadOptions): object {
  const parameters = {
    ...(config === undefined ? {} : { config }),
    ...Object.fromEntries(
      Object.entries(files).map(([name, bytes]) => [
        `file:${name}`,
        Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64"),
      ]),
    ),
  };
  return Object.keys(parameters).length === 0 ? {} : { parameters };
}

function toFacts(call: Partial<Call> = {}): CallFacts {
  return { signal: call.signal ?? new AbortController().signal, headers: call.headers ?? {} };
}

function getRequest(path: string): EndpointRequest {
  return { method: "GET", path, headers: [], body: null };
}

function postRequest(path: string, json: unknown): EndpointRequest {
  const body = Buffer.from(JSON.stringify(json));
  const headers = ["content-type", "application/json", "content-length", String(body.byteLength)];
  return { method: "POST", path, headers, body };
}
