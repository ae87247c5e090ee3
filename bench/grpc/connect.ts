import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createFileRegistry,
  fromBinary,
  type DescMethod,
  type DescMethodUnary,
  type DescService,
} from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { createGrpcTransport } from "@connectrpc/connect-node";
import type { Variant } from "../measure/slice.ts";
import { cacheDir } from "../servers/build-server.ts";
import { modelOf, type Workload } from "../workloads.ts";

/** connect-node with its gRPC transport. */
export function connectNode(address: string, workload: Workload): Variant {
  const { name, floats } = workload;
  const transport = createGrpcTransport({ baseUrl: `http://${address}` });
  const method = readService().methods.find(isUnary);
  if (method === undefined) throw new Error("expected a unary method ModelInfer");
  const data = new Uint8Array(floats * 4);
  return {
    name: `connect-node, ${name}`,
    // What a generated client does with its arguments.
    run: () =>
      transport.unary(method, undefined, undefined, undefined, {
        modelName: modelOf(workload),
        id: "bench-id",
        inputs: [{ name: "IN", datatype: "FP32", shape: [1n, BigInt(floats)] }],
        outputs: [{ name: "OUT" }],
        rawInputContents: [data],
      }),
  };
}

const isUnary = (method: DescMethod): method is DescMethodUnary =>
  method.methodKind === "unary" && method.name === "ModelInfer";

/** Descriptors are what generated code holds as well; buf makes them from the protocol's file. */
function readService(): DescService {
  const proto = fileURLToPath(new URL("../../packages/transport-grpc/proto", import.meta.url));
  const out = `${cacheDir}inference.binpb`;
  mkdirSync(cacheDir, { recursive: true });
  const buf = createRequire(import.meta.url).resolve("@bufbuild/buf/package.json");
  execFileSync(process.execPath, [`${dirname(buf)}/bin/buf`, "build", proto, "-o", out]);
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(out)));
  const service = registry.getService("inference.GRPCInferenceService");
  if (service === undefined) throw new Error(`expected a service in ${proto}`);
  return service;
}
