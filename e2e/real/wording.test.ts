import { createStandardModels, startV2Server } from "@nereid/testing";
import { afterAll, describe, expect, it } from "vitest";
import { requireServer } from "../servers/state.ts";

/** A request, and what Triton 2.51 answers to it: status, content type and body. */
type Wording = readonly [
  what: string,
  method: "GET" | "POST",
  path: string,
  body: string | undefined,
  status: number,
  type: string,
  answer: string,
];

const input = (name: string, shape: string, datatype: string, data: string): string =>
  `{"name":"${name}","shape":${shape},"datatype":"${datatype}","data":${data}}`;
const inputs = (...list: string[]): string => `{"inputs":[${list.join(",")}]}`;
const fits = input("IN", "[1,2]", "FP32", "[1,2]");
const error = (text: string): string => JSON.stringify({ error: text });
const json = "application/json";
const plain = "text/plain";
const echo = "/v2/models/echo_fp32/infer";
const note =
  " NOTE: Setting a non-zero max_batch_size in the model config requires a batch dimension to be prepended to each input shape. If you want to specify the full shape including the batch dim in your input dims config, try setting max_batch_size to zero. See the model configuration docs for more info on max_batch_size.";

const wordings: readonly Wording[] = [
  [
    "an unknown model's metadata",
    "GET",
    "/v2/models/nope",
    undefined,
    404,
    json,
    error("Request for unknown model: 'nope' is not found"),
  ],
  [
    "an unknown model's readiness",
    "GET",
    "/v2/models/nope/ready",
    undefined,
    400,
    plain,
    error("Model version not ready"),
  ],
  [
    "an unknown version",
    "GET",
    "/v2/models/add_sub/versions/9",
    undefined,
    404,
    json,
    error("Request for unknown model: 'add_sub' version 9 is not found"),
  ],
  [
    "a version that is no number",
    "GET",
    "/v2/models/add_sub/versions/latest",
    undefined,
    404,
    plain,
    error("Not Found"),
  ],
  ["a slash at the end", "GET", "/v2/", undefined, 404, plain, error("Not Found")],
  ["readiness", "GET", "/v2/health/ready", undefined, 200, plain, ""],
  ["another method", "GET", echo, undefined, 405, plain, error("Method Not Allowed")],
  [
    "an answer in JSON",
    "POST",
    echo,
    inputs(fits),
    200,
    json,
    '{"model_name":"echo_fp32","model_version":"1","outputs":[{"name":"OUT","datatype":"FP32","shape":[1,2],"data":[1.0,2.0]}]}',
  ],
  [
    "inference of an unknown model",
    "POST",
    "/v2/models/nope/infer",
    inputs(fits),
    404,
    plain,
    error("Request for unknown model: 'nope' is not found"),
  ],
  [
    "missing inputs",
    "POST",
    "/v2/models/add_sub/infer",
    inputs(fits),
    400,
    json,
    error(
      "[request id: <id_unknown>] expected 2 inputs but got 1 inputs for model 'add_sub'. Got input(s) ['IN'], but missing required input(s) ['INPUT0','INPUT1']. Please provide all required input(s).",
    ),
  ],
  [
    "another datatype",
    "POST",
    echo,
    inputs(input("IN", "[1,2]", "INT32", "[1,2]")),
    400,
    json,
    error(
      "[request id: <id_unknown>] inference input 'IN' data-type is 'INT32', but model 'echo_fp32' expects 'FP32'",
    ),
  ],
  [
    "another rank",
    "POST",
    echo,
    inputs(input("IN", "[2]", "FP32", "[1,2]")),
    400,
    json,
    error(
      `[request id: <id_unknown>] unexpected shape for input 'IN' for model 'echo_fp32'. Expected [-1,-1], got [2].${note}`,
    ),
  ],
  [
    "an input of another name",
    "POST",
    echo,
    inputs(input("X", "[1,2]", "FP32", "[1,2]")),
    400,
    json,
    error("unexpected inference input 'X' for model 'echo_fp32'"),
  ],
  [
    "data shorter than its shape",
    "POST",
    echo,
    inputs(input("IN", "[1,3]", "FP32", "[1,2]")),
    500,
    json,
    error("Unable to parse 'data': Shape does not match true shape of 'data' field"),
  ],
  [
    "an unknown output",
    "POST",
    echo,
    `{"inputs":[${fits}],"outputs":[{"name":"Z"}]}`,
    400,
    json,
    error("unexpected inference output 'Z' for model 'echo_fp32'"),
  ],
  [
    "a reserved parameter",
    "POST",
    echo,
    `{"inputs":[${fits}],"parameters":{"triton_x":1}}`,
    400,
    json,
    error(
      "parameter keys starting with 'triton_' are reserved for Triton usage and should not be specified.",
    ),
  ],
  [
    "a parameter that is an object",
    "POST",
    echo,
    `{"inputs":[${fits}],"parameters":{"n":{}}}`,
    400,
    json,
    error("parameter 'n' has invalid type. It should be either 'int', 'bool', or 'string'."),
  ],
  [
    "a priority that is text",
    "POST",
    echo,
    `{"inputs":[${fits}],"parameters":{"priority":"x"}}`,
    500,
    json,
    error(
      "Unable to parse 'priority': attempt to access JSON non-unsigned-integer as unsigned-integer",
    ),
  ],
  [
    "no inputs at all",
    "POST",
    echo,
    "{}",
    500,
    json,
    error("Unable to parse 'inputs': attempt to access non-existing object member 'inputs'"),
  ],
  [
    "a stateful model without a sequence",
    "POST",
    "/v2/models/accumulator/infer",
    inputs(input("X", "[1,1]", "INT32", "[1]")),
    400,
    json,
    error(
      "inference request to model 'accumulator' must specify a non-zero or non-empty correlation ID",
    ),
  ],
  [
    "a sequence that was not started",
    "POST",
    "/v2/models/accumulator/infer",
    `{"inputs":[${input("X", "[1,1]", "INT32", "[1]")}],"parameters":{"sequence_id":"abc"}}`,
    400,
    json,
    error(
      "inference request for sequence abc to model 'accumulator' must specify the START flag on the first request of the sequence",
    ),
  ],
  [
    "a model that raises",
    "POST",
    "/v2/models/poison/infer",
    inputs(input("IN", "[1,1]", "FP32", "[-1]")),
    500,
    plain,
    error("poison value in the batch"),
  ],
  [
    "a decoupled model",
    "POST",
    "/v2/models/repeat/infer",
    inputs(input("IN", "[1]", "INT32", "[3]")),
    501,
    plain,
    error("HTTP end point doesn't support models with decoupled transaction policy"),
  ],
  [
    "numbers that JSON has no words for",
    "POST",
    "/v2/models/non_finite/infer",
    inputs(input("IN", "[1]", "INT32", "[3]")),
    200,
    json,
    '{"model_name":"non_finite","model_version":"1","outputs":[{"name":"OUT","datatype":"FP32","shape":[4],"data":[NaN,Infinity,-Infinity,-0.0]}]}',
  ],
];

const testServer = await startV2Server({ models: createStandardModels() });
afterAll(() => testServer.close());

describe.each([
  ["the test server", testServer.url],
  ["real Triton", requireServer("triton").http],
])("%s", (_name, url) => {
  it.each(wordings)("has Triton's words for %s", async (_what, method, path, body, ...expected) => {
    const init = body === undefined ? { method } : { method, body };
    const answer = await fetch(url + path, init);
    const type = answer.headers.get("content-type");
    expect([answer.status, type, await answer.text()]).toEqual(expected);
  });
});
