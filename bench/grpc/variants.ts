import { fileURLToPath } from "node:url";
import { credentials, loadPackageDefinition, type Client } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { createTensor, type Call } from "@nereid/core/transport-kit";
import { createGrpcTransport } from "@nereid/transport-grpc";
import type { Variant } from "../measure/slice.ts";
import { modelOf, type Workload } from "../workloads.ts";

/** A stub as proto-loader makes it. */
interface Stub extends Client {
  ModelInfer(request: object, callback: (error: Error | null, answer: unknown) => void): void;
}
type StubClass = new (address: string, trust: object, options: object) => Stub;

/** grpc-js as its documentation shows it: proto-loader, a generated stub, a callback. */
export function ordinaryGrpc(address: string, workload: Workload): Variant {
  const { name, floats } = workload;
  const model_name = modelOf(workload);
  const proto = new URL("../../packages/transport-grpc/proto/inference.proto", import.meta.url);
  const loaded = loadPackageDefinition(loadSync(fileURLToPath(proto), { keepCase: true }));
  const service = Reflect.get(Object(loaded["inference"]), "GRPCInferenceService") as StubClass;
  const stub = new service(address, credentials.createInsecure(), {
    "grpc.max_receive_message_length": -1,
  });
  const data = new Float32Array(floats);
  let sent = 0;
  return {
    name: `grpc-js with proto-loader, ${name}`,
    run: () =>
      new Promise((resolve, reject) => {
        stub.ModelInfer(
          {
            model_name,
            id: `bench-${(sent += 1)}`,
            inputs: [{ name: "IN", datatype: "FP32", shape: [1, floats] }],
            outputs: [{ name: "OUT" }],
            raw_input_contents: [Buffer.from(data.buffer)],
          },
          (error, answer) => (error === null ? resolve(answer) : reject(error)),
        );
      }),
    close: async () => stub.close(),
  };
}

/** The transport's whole `infer`: encode, send, decode, check. */
export function inferOverGrpc(
  address: string,
  workload: Workload,
  mode: "unary" | "stream",
): Variant {
  const { name, floats } = workload;
  const model = { name: modelOf(workload) };
  const transport = createGrpcTransport({ endpoint: address, mode, streams: 2 });
  const inputs = [createTensor("IN", "FP32", [1, floats], new Float32Array(floats))];
  const outputs = [{ name: "OUT" }];
  const call: Call = { signal: new AbortController().signal, headers: {}, attempt: 1 };
  return {
    name: `infer over gRPC (${mode}), ${name}`,
    run: () => transport.infer({ model, inputs, outputs }, call),
    close: () => transport.close(),
  };
}
