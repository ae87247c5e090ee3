import type { Attributes } from "@opentelemetry/api";
import { ServerError, type ServerAddress } from "@nereid/core";
import type { MetricName } from "./metric-name.ts";

/** What the semantic conventions say of the exchanges of one transport. */
export interface Convention {
  readonly durationMetric: MetricName;
  /** Does the metric's name tell the transport? */
  readonly namesTransport: boolean;
  /** The name of an exchange's span. */
  readonly spanName: string;
  /** What says of a span how often its request was sent before. */
  readonly resendCount: string;
  /** On every exchange. */
  readonly attributes: Attributes;
  /** What the answer adds; `error` is undefined for a good one. */
  answer(error: unknown): Attributes;
}

/** @see OpenTelemetry semantic conventions, "HTTP client" */
const http: Convention = {
  durationMetric: "http.client.request.duration",
  namesTransport: true,
  spanName: "POST /v2/models/{model}/infer",
  resendCount: "http.request.resend_count",
  attributes: { "http.request.method": "POST" },
  answer(error) {
    if (error === undefined) return { "http.response.status_code": 200 };
    return error instanceof ServerError ? { "http.response.status_code": error.status } : {};
  },
};

/** The conventions have a name for it on HTTP alone. */
const resendCount = "nereid.resend_count";

/** By their numbers. @see gRPC, "Status codes and their use in gRPC" */
const grpcStatusNames: readonly string[] = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];
const grpcMethod = "inference.GRPCInferenceService/ModelInfer";

/** @see OpenTelemetry semantic conventions, "RPC client" */
const grpc: Convention = {
  durationMetric: "rpc.client.call.duration",
  namesTransport: true,
  spanName: grpcMethod,
  resendCount,
  attributes: { "rpc.system.name": "grpc", "rpc.method": grpcMethod },
  answer(error) {
    if (error === undefined) return { "rpc.response.status_code": "OK" };
    const name = error instanceof ServerError ? grpcStatusNames[error.status] : undefined;
    return name === undefined ? {} : { "rpc.response.status_code": name };
  },
};

/** For transports that no convention covers. */
const none: Convention = {
  durationMetric: "nereid.attempt.duration",
  namesTransport: false,
  spanName: "infer",
  resendCount,
  attributes: {},
  answer: () => ({}),
};

const conventions: ReadonlyMap<string, Convention> = new Map([
  ["http", http],
  ["grpc", grpc],
]);

/** The convention for a transport, by its name. */
export function conventionFor(transport: string): Convention {
  return conventions.get(transport) ?? none;
}

/** @param endpoint - which of several servers is meant; without it they are not told apart */
export function serverAttributes(
  servers: readonly ServerAddress[],
  endpoint: string | undefined,
): Attributes {
  const server =
    servers.length === 1 ? servers[0] : servers.find((one) => one.endpoint === endpoint);
  if (server === undefined) return {};
  return {
    "server.address": server.address,
    ...(server.port === undefined ? {} : { "server.port": server.port }),
  };
}
