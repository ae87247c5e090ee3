import { afterAll, describe, expect, it } from "vitest";
import { createStandardModels, startV2Server } from "../src/index.ts";
import { inference, sendRaw, type RawRequest } from "./raw-http.fixture.ts";

const server = await startV2Server({ models: createStandardModels() });

afterAll(() => server.close());

const plain = "text/plain";
const json = "application/json";
const one = { name: "IN", datatype: "FP32", shape: [1, 1], data: [1] };
const echo = { inputs: [one] };
const withInput = (changes: object): object => ({ inputs: [{ ...one, ...changes }] });
const step = (parameters: object): RawRequest =>
  inference("accumulator", {
    inputs: [{ name: "X", datatype: "INT32", shape: [1, 1], data: [1] }],
    parameters,
  });
type Row = readonly [what: string, ask: RawRequest, status: number, type: string, error: string];

const id = "[request id: <id_unknown>]";
const inputs: readonly Row[] = [
  [
    "another datatype",
    inference("echo_fp32", { id: "w", ...withInput({ datatype: "INT32" }) }),
    400,
    json,
    "[request id: w] inference input 'IN' data-type is 'INT32', but model 'echo_fp32' expects 'FP32'",
  ],
  [
    "another name",
    inference("echo_fp32", withInput({ name: "in" })),
    400,
    json,
    "unexpected inference input 'in' for model 'echo_fp32'",
  ],
  [
    "an input too few",
    inference("add_sub", { inputs: [] }),
    400,
    json,
    `${id} expected 2 inputs but got 0 inputs for model 'add_sub'. Got input(s) [], but missing required input(s) ['INPUT0','INPUT1']. Please provide all required input(s).`,
  ],
  [
    "an input too many",
    inference("echo_fp32", { inputs: [one, { ...one, name: "X" }] }),
    400,
    json,
    `${id} expected 1 inputs but got 2 inputs for model 'echo_fp32'. Got input(s) ['X','IN'], but missing required input(s) ]. Please provide all required input(s).`,
  ],
  [
    "an input twice",
    inference("echo_fp32", { inputs: [one, one] }),
    400,
    json,
    `${id} input 'IN' already exists in request`,
  ],
  [
    "a batch too large",
    inference("echo_fp32", withInput({ shape: [65, 1], data: Array(65).fill(0) })),
    400,
    json,
    `${id} inference request batch-size must be <= 64 for 'echo_fp32'`,
  ],
  [
    "another rank without batches",
    inference("echo_unbatched", withInput({ shape: [1] })),
    400,
    json,
    `${id} unexpected shape for input 'IN' for model 'echo_unbatched'. Expected [-1,-1], got [1]. `,
  ],
  [
    "an unknown output",
    inference("echo_fp32", { ...echo, outputs: [{ name: "NONE" }] }),
    400,
    json,
    "unexpected inference output 'NONE' for model 'echo_fp32'",
  ],
  [
    "no sequence",
    step({}),
    400,
    json,
    "inference request to model 'accumulator' must specify a non-zero or non-empty correlation ID",
  ],
  [
    "the sequence 0",
    step({ sequence_id: 0 }),
    400,
    json,
    "inference request to model 'accumulator' must specify a non-zero or non-empty correlation ID",
  ],
  [
    "a step of no sequence",
    step({ sequence_id: "abc" }),
    400,
    json,
    "inference request for sequence abc to model 'accumulator' must specify the START flag on the first request of the sequence",
  ],
  [
    "a model that raises",
    inference("poison", withInput({ data: [-1] })),
    500,
    plain,
    "poison value in the batch",
  ],
];

const bytes = Uint8Array.of(0, 0, 128, 63);
const binary = (size: number, tail: Uint8Array): RawRequest =>
  inference(
    "echo_fp32",
    {
      inputs: [
        { name: "IN", datatype: "FP32", shape: [1, 1], parameters: { binary_data_size: size } },
      ],
    },
    tail,
  );
const announced = (length: string): RawRequest => ({
  ...inference("echo_fp32", "{}"),
  headers: { "inference-header-content-length": length },
});

const binaries: readonly Row[] = [
  [
    "too few bytes",
    binary(4, bytes.subarray(0, 2)),
    400,
    json,
    "unexpected size for input 'IN', expecting 2 additional bytes for model 'echo_fp32'",
  ],
  [
    "bytes left over",
    binary(4, Buffer.concat([bytes, bytes])),
    400,
    json,
    "unexpected additional input data for model 'echo_fp32'",
  ],
  [
    "a size that does not fit the shape",
    binary(8, Buffer.concat([bytes, bytes])),
    400,
    json,
    `${id} input byte size mismatch for input 'IN' for model 'echo_fp32'. Expected 4, got 8`,
  ],
  [
    "a header beyond the body",
    announced("9"),
    400,
    plain,
    "inference header size should be in range (0, 2), got: 9",
  ],
  [
    "a negative header",
    announced("-1"),
    400,
    plain,
    "inference header size should be in range (0, 2), got: -1",
  ],
  [
    "a header that is no number",
    announced("abc"),
    400,
    json,
    `${id} input byte size mismatch for input 'raw_input' for model 'echo_fp32'. Expected 0, got 2`,
  ],
];

describe.each([
  ["inputs", inputs],
  ["binary inputs", binaries],
] as const)("refusals of %s", (_topic, rows) => {
  it.each(rows)("%s", async (_what, ask, status, type, error) => {
    const answer = await sendRaw(server.url, ask);
    expect([answer.status, answer.type, JSON.parse(answer.body.toString())]).toEqual([
      status,
      type,
      { error },
    ]);
  });
});
