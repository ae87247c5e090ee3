import type { Goal } from "../suite.ts";
import { image, labelOf, small, type Workload } from "../workloads.ts";
import { peers, type Peer } from "./peers.ts";

/** A peer and how much more it is expected to cost. */
export interface Opponent {
  readonly peer: Peer;
  readonly goal?: Goal;
}

/** One of ours beside those who do the same. */
export interface Contest {
  readonly what: string;
  readonly protocol: "http" | "grpc";
  /** Which one of ours; see node-client.ts. */
  readonly kind: string;
  readonly workload: Workload;
  /** Default: the one that answers with the workload's size. */
  readonly model?: string;
  readonly label: string;
  /** Where rows are counted: how many of them wait at once. */
  readonly rowsInFlight?: number;
  /** How long everybody is warmed up. Default: 4000, which is enough for a request that is alone. */
  readonly warmMs?: number;
  /** True to compare rows in a second instead of CPU time. */
  readonly isRate: boolean;
  readonly opponents: readonly Opponent[];
}

/** All of them, with the goals of the project. */
export const contests: readonly Contest[] = [
  {
    what: "infer over HTTP",
    protocol: "http",
    kind: "http",
    workload: small,
    label: labelOf(small),
    isRate: false,
    opponents: [
      { peer: peers.httpAio, goal: { least: 8 } },
      { peer: peers.httpGevent },
      { peer: peers.fetchJson, goal: { least: 10 } },
    ],
  },
  {
    what: "infer over HTTP",
    protocol: "http",
    kind: "http",
    workload: image,
    label: labelOf(image),
    isRate: false,
    opponents: [
      { peer: peers.httpAio, goal: { least: 3.5 } },
      { peer: peers.httpGevent },
      { peer: peers.fetchJson, goal: { least: 150 } },
    ],
  },
  {
    what: "predict in batches of 32",
    protocol: "http",
    kind: "http-rows",
    workload: small,
    label: "64 B rows, 8 requests in flight; the peer one request for each row, 32 in flight",
    rowsInFlight: 512,
    warmMs: 8000,
    isRate: true,
    opponents: [
      { peer: peers.okhttp, goal: { least: 60 } },
      { peer: peers.flink, goal: { least: 60 } },
      { peer: peers.fetchJson, goal: { least: 60 } },
    ],
  },
  {
    what: "stream mode over gRPC",
    protocol: "grpc",
    kind: "grpc-stream",
    workload: small,
    label: labelOf(small),
    isRate: false,
    opponents: [{ peer: peers.grpcAio, goal: { least: 3 } }, { peer: peers.grpcThreads }],
  },
  {
    what: "stream mode over gRPC",
    protocol: "grpc",
    kind: "grpc-stream",
    workload: image,
    label: labelOf(image),
    isRate: false,
    opponents: [{ peer: peers.grpcAio, goal: { least: 2.5 } }, { peer: peers.grpcThreads }],
  },
];
