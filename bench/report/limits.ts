import type { ReportRow } from "../suite.ts";

/** Why a goal is not reached, and what was tried. */
interface Limit {
  readonly suite: string;
  readonly what: string;
  readonly why: string;
}

const limits: readonly Limit[] = [
  {
    suite: "http",
    what: "infer / bare undici dispatch",
    why: "Headers of requests and answers are remembered, signals and timers shared, and nothing is left for old collections. What is left over a bare dispatch is checking that the answer belongs to its question, one aligned copy, the promise of the caller, and three async functions that tell errors apart.",
  },
  {
    suite: "http",
    what: "predict of one record / infer",
    why: "The layers are cheap when nothing else runs, and several times dearer between the events of sockets. Fewer promises, one signal for each batch, one timer for all deadlines and rosters in place of sets each helped; other scheduling and longer warming up did not. The next candidate is a signal that the transport need not listen to.",
  },
  {
    suite: "grpc",
    what: "grpc-js with proto-loader / unary infer",
    why: "A small call is Node's HTTP/2 (48 % of the CPU samples) and grpc-js itself, and both sides pay for these: our own code has 10 %. Calls go straight to the channel, without stubs, interceptors and timers of their own. Stream mode is the way around a call for each request.",
  },
];

/** What is known of why a row misses its goal. */
export function limitOf({ suite, what }: ReportRow): string {
  return (
    limits.find((limit) => limit.suite === suite && limit.what === what)?.why ??
    "Not explained yet."
  );
}
