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
const withParameter = (parameters: object): object => ({ ...echo, parameters });
const unable = (field: string, found: string, expected: string): string =>
  `Unable to parse '${field}': attempt to access JSON ${found} as ${expected}`;

type Row = readonly [what: string, ask: RawRequest, status: number, type: string, error: string];

const routes: readonly Row[] = [
  ["an unknown path", { path: "/v2/nothing" }, 404, plain, "Not Found"],
  ["a slash at the end", { path: "/v2/models/add_sub/" }, 404, plain, "Not Found"],
  [
    "a version that is no number",
    { path: "/v2/models/version/versions/latest" },
    404,
    plain,
    "Not Found",
  ],
  ["GET on infer", { path: "/v2/models/add_sub/infer" }, 405, plain, "Method Not Allowed"],
  ["POST on metadata", { path: "/v2", body: "" }, 405, json, "Method Not Allowed"],
  [
    "readiness of an unknown model",
    { path: "/v2/models/nope/ready" },
    400,
    plain,
    "Model version not ready",
  ],
  [
    "metadata of an unknown model",
    { path: "/v2/models/nope" },
    404,
    json,
    "Request for unknown model: 'nope' is not found",
  ],
  [
    "statistics of an unknown model",
    { path: "/v2/models/nope/stats" },
    400,
    json,
    "requested model 'nope' is not available",
  ],
  [
    "an inference of an unknown model",
    inference("nope", echo),
    404,
    plain,
    "Request for unknown model: 'nope' is not found",
  ],
  [
    "an inference of an unknown version",
    inference("echo_fp32/versions/9", echo),
    404,
    plain,
    "Request for unknown model: 'echo_fp32' version 9 is not found",
  ],
  [
    "a decoupled model",
    inference("repeat", "{"),
    501,
    plain,
    "HTTP end point doesn't support models with decoupled transaction policy",
  ],
  [
    "another compression",
    { ...inference("echo_fp32", echo), headers: { "content-encoding": "br" } },
    501,
    plain,
    "Unsupported compression type",
  ],
];

const messages: readonly Row[] = [
  [
    "broken JSON",
    inference("echo_fp32", "{"),
    500,
    json,
    "failed to parse the request JSON buffer: Missing a name for object member. at 1",
  ],
  [
    "no inputs",
    inference("echo_fp32", "{}"),
    500,
    json,
    "Unable to parse 'inputs': attempt to access non-existing object member 'inputs'",
  ],
  [
    "an id that is a number",
    inference("echo_fp32", { ...echo, id: 7 }),
    500,
    json,
    unable("id", "non-string", "string"),
  ],
  [
    "fewer elements than the shape",
    inference("echo_fp32", withInput({ shape: [1, 2] })),
    500,
    json,
    "Unable to parse 'data': Shape does not match true shape of 'data' field",
  ],
  [
    "a text for a float",
    inference("echo_fp32", withInput({ data: ["1"] })),
    500,
    json,
    unable("data", "non-number", "double"),
  ],
  [
    "a point in a whole number",
    inference(
      "echo_int32",
      '{"inputs":[{"name":"IN","datatype":"INT32","shape":[1,1],"data":[1.0]}]}',
    ),
    500,
    json,
    unable("data", "non-signed-integer", "signed-integer"),
  ],
  [
    "1 for true",
    inference("echo_bool", withInput({ datatype: "BOOL" })),
    500,
    json,
    unable("data", "non-boolean", "boolean"),
  ],
  [
    "FP16 in JSON",
    inference("echo_fp16", withInput({ datatype: "FP16" })),
    400,
    json,
    "receiving FP16 data via JSON is not supported. Please use the binary data format for input IN",
  ],
  [
    "an unknown datatype",
    inference("echo_fp32", withInput({ datatype: "FP99" })),
    400,
    json,
    "invalid datatype for input IN",
  ],
  [
    "a negative size",
    inference("echo_fp32", withInput({ shape: [-1, 1] })),
    500,
    json,
    unable("shape", "non-unsigned-integer", "unsigned-integer"),
  ],
  [
    "a priority that is a text",
    inference("echo_fp32", withParameter({ priority: "a" })),
    500,
    json,
    unable("priority", "non-unsigned-integer", "unsigned-integer"),
  ],
  [
    "a parameter that is an object",
    inference("echo_fp32", withParameter({ n: {} })),
    400,
    json,
    "parameter 'n' has invalid type. It should be either 'int', 'bool', or 'string'.",
  ],
  [
    "a parameter of the server's own",
    inference("echo_fp32", withParameter({ triton_x: 1 })),
    400,
    json,
    "parameter keys starting with 'triton_' are reserved for Triton usage and should not be specified.",
  ],
];

describe.each([
  ["routes", routes],
  ["messages", messages],
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

it("tells which compressions it takes", async () => {
  const answer = await sendRaw(server.url, {
    ...inference("echo_fp32", echo),
    headers: { "content-encoding": "br" },
  });
  expect(answer.headers["accept-encoding"]).toBe("gzip, deflate");
});
