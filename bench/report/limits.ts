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
    what: "fetch with JSON / infer",
    why: "In one process the garbage of fetch is collected in our slices as well: in processes of their own, in the peers suite, the same two are further apart. What nobody goes below is the row of the bare socket.",
  },
  {
    suite: "batching",
    what: "a request for each row / batches of 128",
    why: "Both became cheaper, the request for each row more so: 45 instead of 113 µs, and 1.8 instead of 2.9 µs for a row in a batch, so that the ratio fell from 38. What is left of a row in a batch is its own promise, its record's checks and its place in the queue.",
  },
  {
    suite: "batching",
    what: "a request for each row / batches of 32",
    why: "Both became cheaper, the request for each row more so: 71 instead of 105 µs, and 5.1 instead of 5.5 µs for a row in a batch, so that the ratio fell from 19.",
  },
  {
    suite: "peers",
    what: "fetch with JSON (Node) / infer over HTTP",
    why: "With 600 KB nearly all of ours is the system's copying: a bare socket that sends the same bytes costs nine tenths of it (infer / bare socket, 600 KB), and would miss the goal as well.",
  },
  {
    suite: "peers",
    what: "tritonclient http.aio (Python) / infer over HTTP",
    why: "With 600 KB nearly all of ours is the system's copying, and a bare socket costs nine tenths of it (infer / bare socket, 600 KB).",
  },
  {
    suite: "http",
    what: "infer / bare undici dispatch",
    why: "Sockets are read, answers understood and requests sent in rounds, on sockets of our own instead of undici's client. What is above a bare socket is the check that an answer belongs to its question, one aligned copy and the caller's promise; of 4 MB most is the system's copying.",
  },
  {
    suite: "http",
    what: "predict of one record / infer",
    why: "A model adds 8 to 10 µs to infer's 30: a record is encoded and decoded, has its place in a queue, a deadline, retries and books, and none of these has more than 0.7 µs in a profile. Work in rounds, an answered batch without async functions, an abort without a listener and small tensors sent by a copy brought it from 1.54 to 1.24 to 1.29. The infer beside it sends one array under one signal again and again.",
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
  {
    suite: "codecs",
    what: "answer to its FP32 tensor / one allocate and copy",
    why: "Both sides allocate and copy once; reading the header adds 0.4 µs to some 100. Slices of 2 ms gave 1.02 to 1.05 with controls of 0.99 to 1.06 on a busy machine; what is above that is the cost of fresh pages and of collections of memory, which fall to both sides by chance.",
  },
  {
    suite: "codecs",
    what: "header of a request like the one before (beside JSON.stringify)",
    why: "Of 0.22 µs on a quiet machine the view of the input's bytes takes 0.07, quoting the id 0.06 and comparing names and shapes the rest. A loop in place of the regular expression that looks at the id was slower.",
  },
  {
    suite: "codecs",
    what: "strings decoded / toString each",
    why: "Cutting 1,000 texts out of one that is decoded already takes 0.08 to 0.09 of toString, and decoding it 0.02. The rest finds the ends of runs, which are short so that a text does not keep a whole answer in memory.",
  },
];

/** What is known of why a row misses its goal. */
export function limitOf({ suite, what }: ReportRow): string {
  return (
    limits.find((limit) => limit.suite === suite && limit.what === what)?.why ??
    "Not explained yet."
  );
}
