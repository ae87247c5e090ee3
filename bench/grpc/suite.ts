import { pairOptions } from "../http/suite.ts";
import { compare } from "../measure/compare.ts";
import { measureLatency } from "../measure/latency.ts";
import { withoutNeighbours } from "../measure/neighbours.ts";
import { noteOf, startServer } from "../servers/start-server.ts";
import { judge, type Goal, type ReportRow, type Suite, type SuiteContext } from "../suite.ts";
import { big, image, labelOf, small, type Workload } from "../workloads.ts";
import { connectNode } from "./connect.ts";
import { inferOverGrpc, ordinaryGrpc } from "./variants.ts";

/** gRPC in this process, one call for each request and shared streams. */
export const grpc: Suite = { name: "grpc", run };

interface Row {
  readonly mode: "unary" | "stream";
  readonly workload: Workload;
  readonly goal?: Goal;
  /** Default: grpc-js as its documentation shows it. */
  readonly theirs?: typeof ordinaryGrpc;
  readonly name?: string;
}

/** Calls make so much garbage that a shorter slice may or may not pay for its collection. */
const sliceMs = 250;

const connect = { theirs: connectNode, name: "connect-node" };

const rows: readonly Row[] = [
  { mode: "unary", workload: small, goal: { least: 1 } },
  { mode: "unary", workload: image, goal: { least: 1.25 } },
  { mode: "unary", workload: big },
  { mode: "unary", workload: small, ...connect },
  { mode: "unary", workload: image, ...connect },
  { mode: "stream", workload: small, goal: { least: 4.5 } },
  { mode: "stream", workload: image, goal: { least: 3.5 } },
  { mode: "stream", workload: big },
  ...[1, 256, 1024].map((inFlight) => ({
    mode: "stream" as const,
    workload: { ...small, inFlight },
  })),
];

async function* run(context: SuiteContext): AsyncGenerator<ReportRow> {
  const server = await startServer("grpc");
  const address = `127.0.0.1:${server.port}`;
  const note = noteOf(server);
  try {
    for (const row of rows) {
      const { mode, workload, goal } = row;
      const { theirs = ordinaryGrpc, name = "grpc-js with proto-loader" } = row;
      if (context.signal.aborted) return;
      if (row.goal === undefined && context.effort < 1) continue;
      yield await compare(
        {
          suite: "grpc",
          what: goal === undefined ? `${mode} infer / ${name}` : `${name} / ${mode} infer`,
          workload: labelOf(workload),
          theirs: () => theirs(address, workload),
          ours: () => inferOverGrpc(address, workload, mode),
          pair: { ...pairOptions(workload, goal !== undefined), sliceMs },
          note,
          ...(goal === undefined ? {} : { goal }),
        },
        context,
      );
    }
    yield* withoutNeighbours(tail(address, context));
  } finally {
    server.stop();
  }
}

/** The slowest of a hundred on a shared stream, beside calls of their own. */
async function* tail(address: string, context: SuiteContext): AsyncGenerator<ReportRow> {
  const goal: Goal = { most: 0.3 };
  const what = "p99 of stream mode / p99 of unary mode";
  context.say(`grpc: ${what}`);
  const [unary, stream] = [
    inferOverGrpc(address, small, "unary"),
    inferOverGrpc(address, small, "stream"),
  ];
  const slices = Math.max(4, Math.round(10 * context.effort));
  const { firstUs, secondUs, ratio } = await measureLatency(unary, stream, {
    inFlight: small.inFlight,
    sliceMs: 500,
    slices,
  });
  for (const variant of [unary, stream]) await variant.close?.();
  yield {
    suite: "grpc",
    what,
    workload: labelOf(small),
    unit: "µs",
    ours: secondUs,
    theirs: firstUs,
    ratio,
    goal,
    verdict: judge(ratio, goal, undefined),
  };
}
