import { createTensor } from "@nereid/core/transport-kit";
import {
  createModelHost,
  createRandom,
  startFaultProxy,
  startV2GrpcServer,
  startV2Server,
  type Fault,
  type GrpcFault,
  type ModelRequest,
  type SeenRequest,
  type ServerModel,
} from "@nereid/testing";
import { isHttpFault } from "../matrix/http-fault.ts";
import {
  chaosScript,
  chooseFault,
  type ChaosAddresses,
  type ChaosLedger,
  type ChaosOrder,
} from "./chaos-plan.ts";

const [seed = 0, records = 0] = process.argv.slice(2).map(Number);
const random = createRandom(seed);
const effects = new Int32Array(records);
const counts: Record<string, number> = {};
const count = (kind: string): void => void (counts[kind] = (counts[kind] ?? 0) + 1);

/** Answers a hash of each id, having noted that it took effect. */
const hash: ServerModel = {
  name: "hash",
  maxBatchRows: 1_024,
  inputs: [{ name: "ID", datatype: "INT32", shape: [1] }],
  outputs: [{ name: "OUT", datatype: "INT32", shape: [1] }],
  execute: (requests) => requests.map(answer),
};

function answer({ inputs }: ModelRequest) {
  const ids = inputs.get("ID");
  if (ids?.datatype !== "INT32") return { error: "expected INT32" };
  for (const id of ids.data) effects[id] = (effects[id] ?? 0) + 1;
  const hashes = ids.data.map((id) => Math.imul(id ^ 0x9e37, 0x85ebca6b));
  return [createTensor("OUT", "INT32", ids.shape, hashes)];
}

const choose = (wire: "http" | "grpc", { path }: SeenRequest): GrpcFault | undefined => {
  if (!/infer$/i.test(path)) return undefined;
  const fault = chooseFault(wire, random);
  if (fault !== undefined) count(`server ${fault.kind}`);
  return fault;
};
const chooseHttp = (seen: SeenRequest): Fault | undefined => {
  const fault = choose("http", seen);
  return fault !== undefined && isHttpFault(fault) ? fault : undefined;
};

const http = await startV2Server({ models: createModelHost([hash]), faults: chooseHttp });
const grpc = await startV2GrpcServer({
  models: createModelHost([hash]),
  faults: (seen) => choose("grpc", seen),
});
const httpProxy = await startFaultProxy({ target: http.url, random });
const grpcProxy = await startFaultProxy({ target: grpc.url, random });

process.on("message", (order: ChaosOrder) => {
  if (order === "stop") {
    for (const { kind } of [...httpProxy.events, ...grpcProxy.events]) count(`network ${kind}`);
    process.send?.({ faults: counts, effects } satisfies ChaosLedger);
    return;
  }
  const isChaos = order === "chaos";
  httpProxy.setScript(isChaos ? chaosScript("http") : undefined);
  grpcProxy.setScript(isChaos ? chaosScript("grpc") : undefined);
  // What was opened in the calm has no faults of its own.
  if (isChaos) for (const proxy of [httpProxy, grpcProxy]) proxy.resetAll();
  process.send?.(order);
});
process.send?.({ http: httpProxy.url, grpc: grpcProxy.url } satisfies ChaosAddresses);
