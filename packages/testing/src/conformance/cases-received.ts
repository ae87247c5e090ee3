import { createTensor, type InferenceRequest, type Tensor } from "@nereid/core/transport-kit";
import { expectThat } from "./expectations.ts";
import type { ReceivedCase } from "./conformance-case.ts";

const one = createTensor("IN", "FP32", [1, 1], Float32Array.of(1));
const echo = (changes: Partial<InferenceRequest> = {}): InferenceRequest => ({
  model: { name: "echo_fp32" },
  inputs: [one],
  ...changes,
});

const batch = createTensor("IN", "FP32", [3, 2], Float32Array.of(1, 2, 3, 4, 5, 6));
const sixteen = (name: string): Tensor =>
  createTensor(name, "FP32", [1, 16], new Float32Array(16).fill(3));
const step = (sequence: NonNullable<InferenceRequest["sequence"]>): InferenceRequest => ({
  model: { name: "sequence_id" },
  inputs: [createTensor("X", "INT32", [1, 1], Int32Array.of(0))],
  sequence,
});
const whole = { double: 1 };

/** What the server has to understand, whatever the wire; and that one call is one request. */
export const receivedCases: readonly ReceivedCase[] = [
  {
    name: "the server receives the request once, with its id",
    request: echo({ id: "seen-1" }),
    received: { id: "seen-1", model: { name: "echo_fp32" }, inputs: [one] },
  },
  {
    name: "the server receives an id where the caller gave none",
    request: echo(),
    received: { id: expectThat.stringMatching(/./) },
  },
  {
    name: "the server receives the pinned version",
    request: echo({ model: { name: "echo_fp32", version: "1" } }),
    received: { model: { name: "echo_fp32", version: "1" } },
  },
  {
    name: "the server receives the priority",
    request: echo({ priority: 2 }),
    received: { priority: 2 },
  },
  {
    name: "the server receives the queue timeout in microseconds",
    request: echo({ queueTimeoutUs: 5_000_000 }),
    received: { queueTimeoutUs: 5_000_000 },
  },
  {
    name: "the server receives every input under its name",
    request: { model: { name: "add_sub" }, inputs: [sixteen("INPUT0"), sixteen("INPUT1")] },
    received: { inputs: [sixteen("INPUT0"), sixteen("INPUT1")] },
  },
  {
    name: "the server receives the requested outputs in their order",
    request: {
      model: { name: "add_sub" },
      inputs: [sixteen("INPUT0"), sixteen("INPUT1")],
      outputs: [{ name: "OUTPUT1" }, { name: "OUTPUT0" }],
    },
    received: { outputs: [{ name: "OUTPUT1" }, { name: "OUTPUT0" }] },
  },
  {
    name: "the server receives a sequence by a text, with both flags",
    request: step({ id: "seen-sequence", start: true, end: true }),
    received: { sequence: { id: "seen-sequence", start: true, end: true } },
  },
  {
    name: "the server receives a sequence by a number beyond 2^53",
    request: step({ id: 2n ** 63n + 1n, start: true, end: true }),
    received: { sequence: { id: 2n ** 63n + 1n, start: true, end: true } },
  },
  {
    name: "the server receives a number that is to stay a floating-point one",
    request: echo({ parameters: { whole } }),
    received: { parameters: { whole } },
  },
  {
    name: "the server receives an id beyond ASCII",
    request: echo({ id: 'é日😀"' }),
    received: { id: 'é日😀"' },
  },
  {
    name: "the server receives priority, queue timeout and sequence together",
    request: {
      ...step({ id: "seen-together", start: true, end: true }),
      priority: 3,
      queueTimeoutUs: 9_000_000,
    },
    received: {
      sequence: { id: "seen-together", start: true, end: true },
      priority: 3,
      queueTimeoutUs: 9_000_000,
    },
  },
  {
    name: "the server receives parameters of every type",
    request: echo({ parameters: { text: "é", whole: -7, big: 2n ** 62n, flag: false, part: 0.5 } }),
    received: { parameters: { text: "é", whole: -7, big: 2n ** 62n, flag: false, part: 0.5 } },
  },
  {
    name: "the server receives a batch as one request",
    request: echo({ inputs: [batch] }),
    received: { inputs: [batch] },
  },
  {
    name: "the server receives parameters of a request under their own names only",
    request: echo({ priority: 1, parameters: { mine: "a" } }),
    received: { parameters: { mine: "a" } },
  },
];
