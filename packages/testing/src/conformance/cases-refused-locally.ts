import { createTensor, type InferenceRequest } from "@nereid/core/transport-kit";
import type { ErrorCase, ExpectedError } from "./conformance-case.ts";

const refused: ExpectedError = { code: "encode", retryable: false, delivery: "not-sent" };
const echo = (changes: Partial<InferenceRequest>): InferenceRequest => ({
  model: { name: "echo_fp32" },
  inputs: [createTensor("IN", "FP32", [1, 1], Float32Array.of(1))],
  ...changes,
});
const sequence = (id: string | bigint): InferenceRequest =>
  echo({ sequence: { id, start: true, end: true } });

/** What no server would understand and no transport may send. */
export const refusedLocallyCases: readonly ErrorCase[] = [
  {
    name: "a parameter with a reserved name is not sent",
    request: echo({ parameters: { sequence_id: 1 } }),
    error: refused,
  },
  {
    name: "a parameter with the server's own prefix is not sent",
    request: echo({ parameters: { triton_anything: true } }),
    error: refused,
  },
  { name: "an empty sequence id is not sent", request: sequence(""), error: refused },
  { name: "a sequence id of 0 is not sent", request: sequence(0n), error: refused },
  {
    name: "a sequence id beyond 128 bytes is not sent",
    request: sequence("é".repeat(65)),
    error: refused,
  },
  {
    name: "a sequence id beyond 64 bits is not sent",
    request: sequence(2n ** 64n),
    error: refused,
  },
  { name: "a negative priority is not sent", request: echo({ priority: -1 }), error: refused },
  {
    name: "a queue timeout with a fraction is not sent",
    request: echo({ queueTimeoutUs: 1.5 }),
    error: refused,
  },
];
