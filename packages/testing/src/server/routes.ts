import type { ModelRef } from "@nereid/core/transport-kit";
import { unpackBody } from "./compression.ts";
import { generateEvents, generateOne, type StreamedPieces } from "./generate.ts";
import { asBoolean, memberOf } from "./json-fields.ts";
import { readJson, type Json } from "./json.ts";
import { modelMetadata, modelStatistics, repositoryIndex } from "./management.ts";
import { modelConfig } from "./model-config.ts";
import { refuseDecoupled, type ModelHost } from "./model-host.ts";
import { readGenerate } from "./read-generate.ts";
import { readRequest } from "./read-request.ts";
import { Refusal } from "./refusal.ts";
import type { FoundModel } from "./repository.ts";
import { writeAnswer, type WrittenAnswer } from "./write-answer.ts";

/** A request that a route answers. */
export interface RouteRequest {
  readonly method: string;
  readonly path: string;
  /** As it came, perhaps packed. */
  readonly body: Uint8Array;
  readonly contentEncoding: string | undefined;
  /** The value of Inference-Header-Content-Length. */
  readonly headerLength: string | undefined;
  readonly signal: AbortSignal;
}

/** A JSON document, the parts of an inference's answer, pieces, or an empty body of a content type. */
export type RouteAnswer =
  | { readonly json: object }
  | { readonly answer: WrittenAnswer }
  | { readonly streamed: StreamedPieces }
  | { readonly empty: "text/plain" | "application/json" };

interface Route {
  readonly method: "GET" | "POST";
  readonly pattern: RegExp;
  /** Its errors of method are labelled as plain text. Default: false. */
  readonly isPlain?: boolean;
  readonly act: (
    host: ModelHost,
    ref: ModelRef,
    request: RouteRequest,
  ) => RouteAnswer | Promise<RouteAnswer>;
}

const model = "/v2/models/(?<name>[^/]+)(?:/versions/(?<version>[0-9]+))?";
const repository = "/v2/repository(?:/[^/]+)?";

const routes: readonly Route[] = [
  {
    method: "GET",
    pattern: /^\/v2\/health\/(?:live|ready)$/,
    isPlain: true,
    act: () => ({ empty: "text/plain" }),
  },
  { method: "GET", pattern: /^\/v2$/, act: (host) => ({ json: host.serverMetadata }) },
  {
    method: "GET",
    pattern: /^\/v2\/models\/stats$/,
    act: (host) => ({ json: modelStatistics(host) }),
  },
  {
    method: "GET",
    pattern: new RegExp(`^${model}/ready$`),
    isPlain: true,
    act(host, ref) {
      if (host.isReady(ref)) return { empty: "text/plain" };
      throw new Refusal(400, "Model version not ready", { isPlain: true });
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
    act: (host, ref) => ({ json: modelStatistics(host, ref) }),
  },
  { method: "POST", pattern: new RegExp(`^${model}/infer$`), isPlain: true, act: infer },
  { method: "POST", pattern: new RegExp(`^${model}/generate$`), act: generate(generateOne) },
  {
    method: "POST",
    pattern: new RegExp(`^${model}/generate_stream$`),
    act: generate(generateEvents),
  },
  {
    method: "GET",
    pattern: new RegExp(`^${model}$`),
    act: (host, ref) => ({
      json: modelMetadata(host.find(ref), ref.version !== undefined),
    }),
  },
  {
    method: "POST",
    pattern: new RegExp(`^${repository}/index$`),
    act(host, _ref, { body }) {
      const ready = memberOf(readDocument(body), "ready") ?? false;
      return { json: repositoryIndex(host, asBoolean(ready, "ready")) };
    },
  },
  {
    method: "POST",
    pattern: /^\/v2\/repository\/models\/(?<name>[^/]+)\/load$/,
    act(host, { name }, { body }) {
      checkLoad(memberOf(readDocument(body), "parameters"));
      host.load(name);
      return { empty: "application/json" };
    },
  },
  {
    method: "POST",
    pattern: /^\/v2\/repository\/models\/(?<name>[^/]+)\/unload$/,
    act(host, { name }) {
      host.unload(name);
      return { empty: "application/json" };
    },
  },
];

async function infer(host: ModelHost, ref: ModelRef, request: RouteRequest): Promise<RouteAnswer> {
  const { model } = findPlain(host, ref);
  refuseDecoupled(model);
  const body = await unpackBody(request.body, request.contentEncoding);
  const read = readRequest(ref, model, { body, headerLength: request.headerLength });
  const response = await host.infer(read.request, request.signal);
  return { answer: writeAnswer(response, read.isBinary) };
}

function generate(run: typeof generateOne): Route["act"] {
  return async (host, ref, { body, contentEncoding = "identity", signal }) => {
    const { model } = host.find(ref);
    if (contentEncoding !== "identity") {
      throw new Refusal(400, "Unsupported content-encoding, only 'identity' is supported.");
    }
    try {
      return { streamed: await run(host, readGenerate(ref, model, body), signal) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      throw new Refusal(error.status, error.message);
    }
  };
}

/** The one place where a model that is not there is told in plain text. */
function findPlain(host: ModelHost, ref: ModelRef): FoundModel {
  try {
    return host.find(ref);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.status, error.message, { isPlain: true });
  }
}

/** An empty body says nothing. */
function readDocument(body: Uint8Array): Json {
  return body.byteLength === 0 ? null : readJson(body);
}

/** Another configuration and other files are taken, and change nothing. */
function checkLoad(parameters: Json | undefined): void {
  if (!(parameters instanceof Map)) return;
  for (const [name, value] of parameters) {
    if (typeof value !== "string") {
      throw new Refusal(500, "attempt to access JSON non-string as string");
    }
    if (name !== "config" && !name.startsWith("file:")) {
      throw new Refusal(500, "unexpected error on creating Triton parameter");
    }
  }
}

/** Finds the route of a request and runs it. @throws Refusal */
export async function answerRoute(host: ModelHost, request: RouteRequest): Promise<RouteAnswer> {
  const path = request.path.split("?")[0] ?? "";
  for (const { method, pattern, isPlain = false, act } of routes) {
    const groups = pattern.exec(path);
    if (groups === null) continue;
    if (method !== request.method) throw new Refusal(405, "Method Not Allowed", { isPlain });
    const { name = "", version } = groups.groups ?? {};
    return act(host, version === undefined ? { name } : { name, version }, request);
  }
  throw new Refusal(404, "Not Found", { isPlain: true });
}
