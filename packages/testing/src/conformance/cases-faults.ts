import { createTensor, type InferenceRequest, type Outcome } from "@nereid/core/transport-kit";
import type { Fault } from "../server/faults.ts";
import type { ErrorCase, ExpectedError } from "./conformance-case.ts";

const request: InferenceRequest = {
  model: { name: "echo_fp32" },
  id: "id-of-the-request",
  inputs: [createTensor("IN", "FP32", [1, 3], Float32Array.of(1, 2, 3))],
};

/** The request may have been executed: nobody can tell. */
const lost: ExpectedError = { code: "transport", retryable: true, delivery: "unknown" };

const breaks: readonly (readonly [name: string, fault: Fault, error: ExpectedError])[] = [
  ["a connection that is reset before the answer", { kind: "reset" }, lost],
  ["a connection that is reset behind the headers", { kind: "cut", afterBytes: 0 }, lost],
  ["a connection that is reset inside the body", { kind: "cut", afterBytes: 20 }, lost],
  ["an answer that ends too early", { kind: "truncate", afterBytes: 20 }, lost],
  ["an answer that is not HTTP", { kind: "garbage" }, lost],
  [
    "the answer to another request",
    { kind: "wrong-id" },
    { code: "decode", retryable: false, delivery: "answered" },
  ],
];

const statuses: readonly (readonly [status: number, outcome: Outcome, retryable: boolean])[] = [
  [400, "rejected", false],
  [401, "unauthorized", false],
  [403, "unauthorized", false],
  [404, "not-found", false],
  [408, "unavailable", true],
  [413, "rejected", false],
  [422, "rejected", false],
  [429, "overloaded", true],
  [500, "internal", true],
  [501, "unsupported", false],
  [502, "unavailable", true],
  [503, "unavailable", true],
  [504, "unavailable", true],
];

/** Texts that mean more than the status they come with. */
const texts: readonly (readonly [
  status: number,
  text: string,
  outcome: Outcome,
  retryable: boolean,
])[] = [
  [500, "failed to parse the request JSON buffer: Invalid value. at 7", "rejected", false],
  [503, "Exceeds maximum queue size", "overloaded", true],
  [503, "explicit model load / unload is not allowed", "unsupported", false],
  [400, "must specify the START flag on the first request", "sequence-lost", false],
];

const statusCase = (
  status: number,
  text: string,
  outcome: Outcome,
  retryable: boolean,
): ErrorCase => ({
  name: `status ${status} with "${text}" is ${outcome}`,
  request,
  fault: { kind: "status", status, text },
  error: { code: "server", outcome, retryable, delivery: "answered" },
});

/** What goes wrong on the way, and what is then known of the request. */
export const faultCases: readonly ErrorCase[] = [
  ...breaks.map(([what, fault, error]): ErrorCase => ({
    name: `${what} is a ${error.code} error, delivery ${error.delivery}`,
    request,
    fault,
    error,
  })),
  ...statuses.map(([status, outcome, retryable]) => statusCase(status, "no", outcome, retryable)),
  ...texts.map((row) => statusCase(...row)),
  {
    name: "a server that asks to wait is quoted in milliseconds",
    request,
    fault: { kind: "status", status: 429, text: "later", headers: { "retry-after": "2" } },
    error: {
      code: "server",
      outcome: "overloaded",
      retryable: true,
      delivery: "answered",
      retryAfterMs: 2000,
    },
  },
];
