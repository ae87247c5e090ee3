import {
  createTensor,
  type Call,
  type Clock,
  type InferenceRequest,
} from "@nereid/core/transport-kit";
import { openGrpcTransport } from "../src/grpc-transport.ts";
import {
  createGrpcTransport,
  type GrpcTransport,
  type GrpcTransportOptions,
} from "../src/index.ts";
import { parseGrpcOptions } from "../src/options.ts";

/** The three ways of an inference over gRPC. */
export type Way = "unary" | "stream mode" | "stream()";

export const ways: readonly Way[] = ["unary", "stream mode", "stream()"];

/** A transport for a way of inference. */
export function openFor(way: Way, options: GrpcTransportOptions): GrpcTransport {
  return createGrpcTransport({ ...options, ...modeOf(way) });
}

/** The same with a clock of the test's own. */
export function openWith(way: Way, clock: Clock, options: GrpcTransportOptions): GrpcTransport {
  return openGrpcTransport(parseGrpcOptions({ ...options, ...modeOf(way) }), { clock });
}

function modeOf(way: Way): { readonly mode?: "stream" } {
  return way === "stream mode" ? { mode: "stream" } : {};
}

/** A request for a vector of numbers, which comes back. */
export function requestOf(...numbers: number[]): InferenceRequest {
  return {
    model: { name: "m" },
    inputs: [createTensor("X", "FP32", [numbers.length], Float32Array.from(numbers))],
  };
}

export function callWith(signal: AbortSignal = new AbortController().signal): Call {
  return { signal, headers: {}, attempt: 1 };
}

/** The first output of the answer to one request, on the way. */
export async function ask(
  transport: GrpcTransport,
  way: Way,
  { request = requestOf(1, 2.5), call = callWith() } = {},
): Promise<unknown> {
  if (way !== "stream()") return (await transport.infer(request, call)).outputs[0]?.data;
  let data: unknown;
  for await (const { outputs } of transport.stream(one(request), call)) data = outputs[0]?.data;
  return data;
}

/** What the request fails with. */
export function failureOf(...args: Parameters<typeof ask>): Promise<unknown> {
  return ask(...args).then(
    (data) => ({ unexpected: data }),
    (error: unknown) => error,
  );
}

async function* one(request: InferenceRequest): AsyncGenerator<InferenceRequest> {
  yield request;
}
