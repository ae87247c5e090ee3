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
];

/** What is known of why a row misses its goal. */
export function limitOf({ suite, what }: ReportRow): string {
  return (
    limits.find((limit) => limit.suite === suite && limit.what === what)?.why ??
    "Not explained yet."
  );
}
