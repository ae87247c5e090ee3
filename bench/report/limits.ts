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
    suite: "peers",
    what: "fetch with JSON (Node) / infer over HTTP",
    why: "With 600 KB nearly all of ours is the system's copying: a bare socket that sends the same bytes costs five sixths to nine tenths of it (infer / bare socket, 600 KB), and would miss the goal as well.",
  },
  {
    suite: "peers",
    what: "tritonclient http.aio (Python) / infer over HTTP",
    why: "With 600 KB nearly all of ours is the system's copying, and a bare socket costs five sixths to nine tenths of it (infer / bare socket, 600 KB).",
  },
  {
    suite: "http",
    what: "infer / bare undici dispatch",
    why: "Sockets are read, answers understood and requests sent in rounds, on sockets of our own instead of undici's client. What is above a bare socket is the check that an answer belongs to its question, one aligned copy and the caller's promise; of 4 MB most is the system's copying.",
  },
  {
    suite: "http",
    what: "predict of one record / infer",
    why: "A model adds 5 to 10 µs to infer's 30: a record is encoded and decoded, has its place in a queue, a deadline, retries and books, and none of these has more than 0.7 µs in a profile. Work in rounds, an answered batch without async functions, an abort without a listener and lone calls that share their functions brought it from 1.54 to 1.16. The infer beside it sends one array under one signal again and again.",
  },
  {
    suite: "grpc",
    what: "grpc-js with proto-loader / unary infer",
    why: "A small call is Node's HTTP/2 (48 % of the CPU samples) and grpc-js itself, and both sides pay for these: our own code has 10 %. Half of the 33 KB that a call makes survive two collections, because the sets and maps in which grpc-js and node:http2 keep their calls and streams hold what was in them; ours are rosters now. Calls go straight to the channel, without stubs, interceptors and timers of their own. Stream mode is the way around a call for each request.",
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
    why: "Rows in flows became twice as cheap (2.3 to 1.2 to 1.6 µs) since no batch outlives its turn and an entry is one object, and lone calls of predict with them (3.6 to 2.9 µs). What is left of the pipeline is 0.6 to 0.8 µs of rows and batches, which Readable.map with predict has as well, and 0.4 to 0.8 µs of Node's Readable, Duplex and Writable. In a process of its own the pair comes to 2.1 to 2.5; beside the other operators of this suite, whose compiled code it shares, to less. Buffers of 64 items, and rows handed on past the buffer, made no difference.",
  },
  {
    suite: "streams",
    what: "TransformStream with predict / createPredictTransform",
    why: "Two streams of our own over one flow came from 2.5 to more than 4 times, and cost 2.4 to 4 µs per row. Such a pair without any model costs 2.4 µs where TransformStream with predict costs 10 to 19, and the model's part comes on top: 8 times leaves nothing for it. Buffers of 1, 16 or 64 items made no difference.",
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
    why: "Of 0.22 µs in a loop of its own, 0.35 here, the view of the input's bytes takes 0.07, quoting the id 0.06 and comparing names and shapes the rest. A loop in place of the regular expression that looks at the id was slower.",
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
