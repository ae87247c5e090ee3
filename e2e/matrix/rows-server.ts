import type { GrpcFault } from "@nereid/testing";
import {
  failing,
  late,
  lost,
  mended,
  refused,
  split,
  stopping,
  unharmed,
  unsent,
} from "./expectations.ts";
import type { Expectation, FaultRow } from "./fault-row.ts";

const says = (
  status: number,
  text: string,
  headers?: Readonly<Record<string, string>>,
): GrpcFault => ({
  kind: "status",
  status,
  text,
  ...(headers === undefined ? {} : { headers }),
});
const once = (
  id: string,
  what: string,
  fault: GrpcFault,
  expect: Expectation,
  on?: FaultRow["on"],
): FaultRow => ({
  id,
  what,
  inject: { answers: [fault] },
  expect,
  ...(on === undefined ? {} : { on }),
});

/** An error in a stream has a text and no code, so that only known texts tell more than 500 does. */
const inStream: FaultRow["on"] = { "grpc-stream": split };

/** A server that refuses, fails, stops, or leaves. */
export const serverRows: readonly FaultRow[] = [
  once("S7", "the queue is full", says(503, "Exceeds maximum queue size"), mended(refused)),
  once("S8", "the queue's time is over", says(503, "Request timeout expired"), mended(refused)),
  once("S9a", "429 without Retry-After", says(429, "Too many requests"), mended(refused)),
  ...["0", "0.01", "1000000000000", "-1", "garbage", "1e-9", "Thu, 01 Jan 1970 00:00:00 GMT"].map(
    (value, index): FaultRow => ({
      ...once(
        `S9${"bcdefgi"[index]}`,
        `429 with Retry-After: ${value}`,
        says(429, "busy", { "retry-after": value }),
        mended(refused),
      ),
      wires: ["http"],
    }),
  ),
  {
    id: "S9h",
    what: "429 with a Retry-After beyond the stall timeout",
    wires: ["http"],
    inject: {
      answers: [says(429, "busy", { "retry-after": "1000" })],
      model: { stallTimeout: 500 },
    },
    expect: { ...stopping(refused), retried: false },
  },
  once("S10a", "a batch is answered with 500 once", says(500, "the model raised"), split),
  {
    id: "S10b",
    what: "every request is answered with 500, and nothing is repeated",
    inject: {
      answers: Array.from({ length: 2_000 }, () => says(500, "the model raised")),
      model: { maxRetries: 0 },
    },
    expect: failing(refused, "all"),
  },
  once(
    "S11",
    "501, the model is decoupled",
    says(501, "not supported"),
    failing(refused),
    inStream,
  ),
  {
    ...once("S12", "400 without a text: the server cancelled", says(400, ""), mended(refused), {
      grpc: split,
    }),
    wires: ["http", "grpc"],
  },
  once("S13a", "401", says(401, "who are you"), failing(refused), inStream),
  once("S13b", "403", says(403, "not you"), failing(refused), inStream),
  once("S2", "503, the server is exiting", says(503, "Server exiting"), mended(refused), inStream),
  ...[413, 414, 415, 431].map((status): FaultRow => ({
    ...once(`S14@${status}`, `${status}`, says(status, "too much"), split),
    wires: ["http"],
  })),
  ...[502, 504].map((status) =>
    once(
      `H4@${status}`,
      `${status} of a proxy`,
      says(status, "<html>bad</html>"),
      mended(refused),
      inStream,
    ),
  ),
  once("N10s", "the server resets instead of answering", { kind: "reset" }, mended(lost, unsent)),
  once(
    "N11s",
    "the server resets inside its answer",
    { kind: "cut", afterBytes: 5 },
    mended(lost, unsent),
  ),
  once(
    "H5",
    "the answer ends before its length",
    { kind: "truncate", afterBytes: 5 },
    mended(lost),
  ),
  {
    id: "S3b",
    what: "the server hangs",
    inject: { answers: [{ kind: "hang" }], model: { attemptTimeout: 200 } },
    expect: mended(late),
  },
  {
    id: "P6",
    what: "the server hangs for good, and the deadline ends it",
    inject: {
      answers: Array.from({ length: 64 }, (): GrpcFault => ({ kind: "hang" })),
      model: { timeout: 300 },
    },
    expect: failing(late, "all"),
  },
  {
    id: "D12",
    what: "one record in sixteen is poison, and its batch answered with 500",
    inject: {
      record: (record) => (record.ID % 16 === 5 ? { ...record, VALUE: -1 } : record),
    },
    expect: { attempts: [refused], retried: true, outcome: { failed: "some", code: "server" } },
  },
  {
    id: "S20",
    what: "the server is up and down while records are under way",
    inject: {
      answers: Array.from({ length: 12 }, (_, index) =>
        index % 3 === 0 ? says(503, "Server exiting") : ({ kind: "reset" } as const),
      ),
      model: { maxRetries: 50 },
    },
    expect: mended(refused, lost, unsent),
  },
  {
    id: "S15",
    what: "every answer comes 50 ms late",
    inject: {
      bytes: [{ kind: "latency", direction: "down", delayMs: 50 }],
      model: { batchSize: 1, maxInFlight: 64 },
    },
    expect: { ...unharmed, events: ["latency"] },
  },
];
