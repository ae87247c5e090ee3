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
  {
    suite: "streams",
    what: "Duplex beyond the array form",
    why: "A pipeline of a Readable, a PassThrough and a Writable, without a model, costs 0.33 to 0.48 µs per row, 0.22 to 0.30 of it without the PassThrough: the bound is close to what Node's own stream costs, and the noise of this machine is larger than the difference.",
  },
  {
    suite: "streams",
    what: "async iterator beyond the array form",
    why: "The least iterator that for await takes, written by hand over the callback core, costs 0.1 to 0.5 µs per row beyond it: a promise, a result and the caller's own wait, 400 bytes in all. Two generators for each row became one that is asked only where something has to be waited for: 0.2 to 0.6 µs while others used the machine, and up to 1.5 with a window of 1024 that is answered at once, which is not explained.",
  },
  {
    suite: "streams",
    what: "Readable.map with predict / Duplex, in a pipeline",
    why: "The pipeline costs 0.5 µs per row more than the callback core, and a pipeline of Node's own streams without a model 0.33 to 0.48: what is left is the work of batches and rows, which Readable.map with predict has as well.",
  },
  {
    suite: "streams",
    what: "TransformStream with predict / createPredictTransform",
    why: "Two streams of our own over one flow came from 2.5 to about 4 times. Such a pair without any model costs 2.4 µs per row here where TransformStream with predict costs 18, and the model's part comes on top: 8 times leaves nothing for it. Buffers of 1, 16 or 64 items made no difference.",
  },
  {
    suite: "streams",
    what: "keyed sequences: 10000 keys / 16 keys",
    why: "What grows is what lives: each live key holds its state through many collections of garbage. Plain members in place of getters, queues made when something waits, and errors made when they are asked for brought it from 5.7 to 3.8 KB for each key.",
  },
];

/** What is known of why a row misses its goal. */
export function limitOf({ suite, what }: ReportRow): string {
  return (
    limits.find((limit) => limit.suite === suite && limit.what === what)?.why ??
    "Not explained yet."
  );
}
