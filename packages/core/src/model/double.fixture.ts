import { ServerError } from "../errors/errors.ts";
import type { ModelMetadata } from "../protocol/metadata.ts";
import type { InferenceRequest } from "../protocol/request.ts";
import type { InferenceResponse } from "../protocol/response.ts";
import { createTensor } from "../tensor/tensor.ts";
import type { Call, Transport } from "../transport/transport.ts";

export const doubleMetadata: ModelMetadata = {
  name: "double",
  versions: ["1"],
  platform: "test",
  maxBatchRows: 64,
  inputs: [{ name: "x", datatype: "FP32", shape: [-1, 1] }],
  outputs: [{ name: "y", datatype: "FP32", shape: [-1, 1] }],
};

/** What a transport was asked. */
export interface Seen {
  readonly request: InferenceRequest;
  readonly call: Call;
  readonly values: readonly number[];
}

/** A transport whose model doubles `x`; a negative `x` fails its whole batch as Triton does. */
export interface DoubleTransport extends Transport {
  readonly seen: Seen[];
  closed: boolean;
  /** Awaited before each answer. */
  gate: (seen: Seen) => Promise<void>;
}

export function createDoubleTransport(metadata: ModelMetadata = doubleMetadata): DoubleTransport {
  const transport: DoubleTransport = {
    name: "double",
    seen: [],
    closed: false,
    gate: async () => undefined,
    async infer(request, call) {
      const [input] = request.inputs;
      if (input?.datatype !== "FP32") throw new Error("no FP32 input");
      const seen = { request, call, values: [...input.data] };
      transport.seen.push(seen);
      await transport.gate(seen);
      call.signal.throwIfAborted();
      if (seen.values.some((value) => value < 0)) throw poisoned();
      return double(request, input.data, input.shape);
    },
    metadata: async () => metadata,
    ready: async () => true,
    async close() {
      transport.closed = true;
    },
    [Symbol.asyncDispose]: () => transport.close(),
  };
  return transport;
}

function double(
  { model }: InferenceRequest,
  data: Float32Array,
  shape: readonly number[],
): InferenceResponse {
  const doubled = data.map((value) => value * 2);
  return { modelName: model.name, outputs: [createTensor("y", "FP32", shape, doubled)] };
}

function poisoned(): ServerError {
  return new ServerError("model raised", {
    outcome: "internal",
    status: 500,
    serverText: "bad row",
  });
}
