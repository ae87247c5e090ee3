import type { ModelRef } from "@nereid/core/transport-kit";
import {
  modelConfig,
  modelMetadata,
  modelStatistics,
  repositoryIndex,
  serverMetadata,
} from "./management.ts";
import type { ModelHost } from "./model-host.ts";
import { readRequest } from "./read-request.ts";
import { Refusal } from "./refusal.ts";
import { writeAnswer, type WrittenAnswer } from "./write-answer.ts";

/** A request that a route answers. */
export interface RouteRequest {
  readonly method: string;
  readonly path: string;
  /** Unpacked. */
  readonly body: Uint8Array;
  /** The value of Inference-Header-Content-Length. */
  readonly headerLength: string | undefined;
  readonly signal: AbortSignal;
}

/** A JSON document, or the parts of an inference's answer; undefined for an empty body. */
export type RouteAnswer =
  | { readonly json: object }
  | { readonly answer: WrittenAnswer }
  | undefined;

interface Route {
  readonly method: "GET" | "POST";
  readonly pattern: RegExp;
  readonly act: (
    host: ModelHost,
    model: ModelRef,
    request: RouteRequest,
  ) => RouteAnswer | Promise<RouteAnswer>;
}

const model = "/v2/models/(?<name>[^/]+)(?:/versions/(?<version>[0-9]+))?";

const routes: readonly Route[] = [
  { method: "GET", pattern: /^\/v2\/health\/(?:live|ready)$/, act: () => undefined },
  { method: "GET", pattern: /^\/v2$/, act: () => ({ json: serverMetadata }) },
  {
    method: "GET",
    pattern: /^\/v2\/models\/stats$/,
    act: (host) => ({ json: modelStatistics(host.models, host.ledger) }),
  },
  {
    method: "GET",
    pattern: new RegExp(`^${model}/ready$`),
    act(host, ref) {
      if (host.isReady(ref)) return undefined;
      throw new Refusal(400, "Model version not ready", true);
    },
  },
  {
    method: "GET",
    pattern: new RegExp(`^${model}/config$`),
    act: (host, ref) => ({ json: modelConfig(host.find(ref).model) }),
  },
  {
    method: "GET",
    pattern: new RegExp(`^${model}/stats$`),
    act: (host, ref) => ({ json: modelStatistics([host.find(ref).model], host.ledger) }),
  },
  {
    method: "POST",
    pattern: new RegExp(`^${model}/infer$`),
    async act(host, ref, { body, headerLength, signal }) {
      findForInference(host, ref);
      const { request, isBinary } = readRequest(ref, body, headerLength);
      return { answer: writeAnswer(await host.infer(request, signal), isBinary) };
    },
  },
  {
    method: "GET",
    pattern: new RegExp(`^${model}$`),
    act: (host, ref) => ({ json: modelMetadata(host.find(ref).model) }),
  },
  {
    method: "POST",
    pattern: /^\/v2\/repository\/index$/,
    act: (host) => ({ json: repositoryIndex(host) }),
  },
  {
    method: "POST",
    pattern: /^\/v2\/repository\/models\/(?<name>[^/]+)\/load$/,
    act(host, { name }) {
      host.load(name);
      return undefined;
    },
  },
  {
    method: "POST",
    pattern: /^\/v2\/repository\/models\/(?<name>[^/]+)\/unload$/,
    act(host, { name }) {
      host.unload(name);
      return undefined;
    },
  },
];

/** A model that does not exist is refused in JSON everywhere, but labelled as plain text here. */
function findForInference(host: ModelHost, ref: ModelRef): void {
  try {
    host.find(ref);
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(error.status, error.message, true) : error;
  }
}

/** Finds the route of a request and runs it. @throws Refusal */
export async function answerRoute(host: ModelHost, request: RouteRequest): Promise<RouteAnswer> {
  const path = request.path.split("?")[0] ?? "";
  for (const { method, pattern, act } of routes) {
    const groups = pattern.exec(path);
    if (groups === null) continue;
    if (method !== request.method) throw new Refusal(405, "Method Not Allowed", true);
    const { name = "", version } = groups.groups ?? {};
    return act(host, version === undefined ? { name } : { name, version }, request);
  }
  throw new Refusal(404, "Not Found", true);
}
