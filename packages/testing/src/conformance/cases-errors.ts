import { createTensor, type InferenceRequest, type Tensor } from "@nereid/core/transport-kit";
import type { ErrorCase, ExpectedError } from "./conformance-case.ts";

const fp32 = (name: string, shape: readonly number[]): Tensor =>
  createTensor(
    name,
    "FP32",
    shape,
    new Float32Array(shape.reduce((count, size) => count * size, 1)),
  );
const int32 = createTensor("IN", "INT32", [1, 1], Int32Array.of(1));

const rejected: ExpectedError = {
  code: "server",
  outcome: "rejected",
  retryable: false,
  delivery: "answered",
};
const notFound: ExpectedError = { ...rejected, outcome: "not-found" };

const echo = (changes: Partial<InferenceRequest>): InferenceRequest => ({
  model: { name: "echo_fp32" },
  inputs: [fp32("IN", [1, 1])],
  ...changes,
});

/** What a server says no to, and what kind of no it must be. */
export const errorCases: readonly ErrorCase[] = [
  {
    name: "a model that does not exist is not found",
    request: echo({ model: { name: "no_such_model" } }),
    error: notFound,
  },
  {
    name: "a version that does not exist is not found",
    request: echo({ model: { name: "echo_fp32", version: "9" } }),
    error: notFound,
  },
  { name: "a missing input is rejected", request: echo({ inputs: [] }), error: rejected },
  {
    name: "one input of two is rejected",
    request: { model: { name: "add_sub" }, inputs: [fp32("INPUT0", [1, 16])] },
    error: rejected,
  },
  {
    name: "an input too many is rejected",
    request: echo({ inputs: [fp32("IN", [1, 1]), fp32("EXTRA", [1, 1])] }),
    error: rejected,
  },
  {
    name: "an input of another name is rejected",
    request: echo({ inputs: [fp32("in", [1, 1])] }),
    error: rejected,
  },
  {
    name: "an output that does not exist is rejected",
    request: echo({ outputs: [{ name: "NONE" }] }),
    error: rejected,
  },
  { name: "another datatype is rejected", request: echo({ inputs: [int32] }), error: rejected },
  {
    name: "another rank is rejected",
    request: echo({ inputs: [fp32("IN", [1])] }),
    error: rejected,
  },
  {
    name: "another fixed dimension is rejected",
    request: {
      model: { name: "add_sub" },
      inputs: [fp32("INPUT0", [1, 15]), fp32("INPUT1", [1, 16])],
    },
    error: rejected,
  },
  {
    name: "a batch beyond the model's is rejected",
    request: echo({ inputs: [fp32("IN", [65, 1])] }),
    error: rejected,
  },
  {
    name: "inputs of different batches are rejected",
    request: {
      model: { name: "add_sub" },
      inputs: [fp32("INPUT0", [1, 16]), fp32("INPUT1", [2, 16])],
    },
    error: rejected,
  },
  {
    name: "an input that comes twice is rejected",
    request: echo({ inputs: [fp32("IN", [1, 1]), fp32("IN", [1, 1])] }),
    error: rejected,
  },
  {
    name: "a batch without rows is rejected",
    request: echo({ inputs: [fp32("IN", [0, 1])] }),
    error: rejected,
  },
  {
    name: "a sequence's step of two rows is rejected",
    request: {
      model: { name: "accumulator" },
      inputs: [createTensor("X", "INT32", [2, 1], Int32Array.of(1, 2))],
      sequence: { id: "two-rows", start: true, end: true },
    },
    error: rejected,
  },
  {
    name: "a model that raises may be asked again",
    request: {
      model: { name: "poison" },
      inputs: [createTensor("IN", "FP32", [1, 1], Float32Array.of(-1))],
    },
    error: { code: "server", outcome: "internal", retryable: true, delivery: "answered" },
  },
  {
    name: "a decoupled model is not supported by plain inference",
    request: {
      model: { name: "repeat" },
      inputs: [createTensor("IN", "INT32", [1], Int32Array.of(1))],
    },
    error: { code: "server", outcome: "unsupported", retryable: false, delivery: "answered" },
  },
  {
    name: "a stateful model without a sequence is rejected",
    request: {
      model: { name: "accumulator" },
      inputs: [createTensor("X", "INT32", [1, 1], Int32Array.of(1))],
    },
    error: rejected,
  },
  {
    name: "a step of a sequence that was never started is lost",
    request: {
      model: { name: "accumulator" },
      inputs: [createTensor("X", "INT32", [1, 1], Int32Array.of(1))],
      sequence: { id: "never-started", start: false, end: false },
    },
    error: { ...rejected, outcome: "sequence-lost" },
  },
];
