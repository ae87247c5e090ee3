import { compare, type Comparison } from "../measure/compare.ts";
import type { PairOptions } from "../measure/paired.ts";
import { noteOf, startServer } from "../servers/start-server.ts";
import type { Goal, ReportRow, Suite, SuiteContext } from "../suite.ts";
import { big, image, labelOf, small, type Workload } from "../workloads.ts";
import { axiosPost, fetchJson, nodeHttp, undiciRequest } from "./ordinary.ts";
import { bareDispatch, bareSocket, inferOverHttp } from "./variants.ts";
import { predictOverHttp } from "./predict.ts";

/** HTTP in this process: ours beside other ways to send the same request from Node. */
export const http: Suite = { name: "http", run };

interface Row {
  readonly what: string;
  readonly workload: Workload;
  readonly goal?: Goal;
  readonly theirs: (url: string, workload: Workload) => ReturnType<Comparison["theirs"]>;
  readonly ours: (url: string, workload: Workload) => ReturnType<Comparison["ours"]>;
}

const floor = { theirs: bareDispatch, ours: inferOverHttp, what: "infer / bare undici dispatch" };

const others = [
  { name: "undici request", theirs: undiciRequest },
  { name: "node:http", theirs: nodeHttp },
  { name: "axios", theirs: axiosPost },
];

const rows: readonly Row[] = [
  { ...floor, workload: small, goal: { most: 1.25 } },
  { ...floor, workload: image, goal: { most: 1.1 } },
  { ...floor, workload: big, goal: { most: 1.1 } },
  {
    what: "predict of one record / infer",
    workload: small,
    goal: { most: 1.25 },
    theirs: inferOverHttp,
    ours: predictOverHttp,
  },
  {
    what: "fetch with JSON / infer",
    workload: small,
    goal: { least: 10 },
    theirs: fetchJson,
    ours: inferOverHttp,
  },
  ...others.flatMap(({ name, theirs }) =>
    [small, image].map((workload) => ({
      what: `infer / ${name}`,
      workload,
      theirs,
      ours: inferOverHttp,
    })),
  ),
  ...[small, image].map((workload) => ({
    what: "infer / bare socket",
    workload,
    theirs: bareSocket,
    ours: inferOverHttp,
  })),
  ...[1, 256, 1024].map((inFlight) => ({ ...floor, workload: { ...small, inFlight } })),
];

async function* run(context: SuiteContext): AsyncGenerator<ReportRow> {
  const server = await startServer("http");
  const url = `http://127.0.0.1:${server.port}`;
  try {
    for (const { what, workload, goal, theirs, ours } of rows) {
      if (context.signal.aborted) return;
      if (goal === undefined && context.effort < 1) continue;
      yield await compare(
        {
          suite: "http",
          what,
          workload: labelOf(workload),
          theirs: () => theirs(url, workload),
          ours: () => ours(url, workload),
          pair: pairOptions(workload, goal !== undefined),
          note: noteOf(server),
          ...(goal === undefined ? {} : { goal }),
        },
        context,
      );
    }
  } finally {
    server.stop();
  }
}

/** Large messages make garbage that a short slice may or may not pay for. */
export function pairOptions({ floats, inFlight }: Workload, hasGoal: boolean): PairOptions {
  const isLarge = floats > 1000;
  return {
    inFlight,
    sliceMs: isLarge ? 200 : 100,
    slices: hasGoal
      ? { least: 20, most: 60, mostMs: 30_000 }
      : { least: 8, most: 16, mostMs: 10_000 },
    warmUp: { leastRuns: isLarge ? 500 : 20_000, leastMs: 2000, mostMs: 12_000 },
  };
}
