import {
  createRandom,
  createStandardModels,
  startV2GrpcServer,
  startV2Server,
  type Fault,
  type GrpcFault,
  type SeenRequest,
} from "@nereid/testing";

/** One request in so many goes wrong. */
const requestsPerFault = 200;
const stopping = { kind: "status", status: 503, text: "Server is stopping" } as const;

const anywhere: readonly Fault[] = [
  { kind: "reset" },
  { kind: "cut", afterBytes: 40 },
  { kind: "truncate", afterBytes: 20 },
  { kind: "hang" },
  { ...stopping, grpcCode: 14 },
];
const overGrpc: readonly GrpcFault[] = [
  ...anywhere,
  { kind: "rst", code: 2 },
  { kind: "end", code: 14, text: "the call was ended" },
  { kind: "go-away" },
];

/** Picks a fault now and then, of inferences alone. */
function now<F>(faults: readonly F[], random: () => number): (seen: SeenRequest) => F | undefined {
  return ({ path }) => {
    if (!/infer$/i.test(path) || random() * requestsPerFault >= 1) return undefined;
    return faults[Math.floor(random() * faults.length)];
  };
}

const random = createRandom(Number(process.argv[2]));
const models = createStandardModels();
const http = await startV2Server({ models, remember: false, faults: now(anywhere, random) });
const grpc = await startV2GrpcServer({ models, remember: false, faults: now(overGrpc, random) });
process.send?.({ http: http.url, grpc: grpc.url });
process.once("disconnect", () => process.exit());
