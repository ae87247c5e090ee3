import { createStandardModels, startV2Server } from "@nereid/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startOwnTriton } from "../servers/own-triton.ts";

const testServer = await startV2Server({ models: createStandardModels() });
const triton = await startOwnTriton("gone", ["add_sub", "echo_fp32"]);
afterAll(async () => {
  await testServer.close();
  await triton[Symbol.asyncDispose]();
});

const error = (text: string): string => JSON.stringify({ error: text });
const unpinned = error("Request for unknown model: 'add_sub' has no available versions");
const pinned = error("Request for unknown model: 'add_sub' version 1 is not at ready state");
const notReady = error("Model version not ready");
const body = JSON.stringify({
  inputs: ["INPUT0", "INPUT1"].map((name) => ({
    name,
    shape: [1, 16],
    datatype: "FP32",
    data: Array.from({ length: 16 }, () => 0),
  })),
});

describe.each([
  ["the test server", testServer.url],
  ["real Triton", triton.http],
])("%s, whose model was unloaded, says what a grace goes by", (_name, url) => {
  const post = (path: string, text: string): Promise<Response> =>
    fetch(`${url}/v2/${path}`, { method: "POST", body: text });
  beforeAll(async () => {
    const answer = await post("repository/models/add_sub/unload", "{}");
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
  });

  it.each([
    ["models/add_sub/infer", body, 404, unpinned],
    ["models/add_sub/versions/1/infer", body, 503, pinned],
    ["models/add_sub", undefined, 404, unpinned],
    ["models/add_sub/versions/1", undefined, 503, pinned],
    ["models/add_sub/ready", undefined, 400, notReady],
    ["models/add_sub/versions/1/ready", undefined, 400, notReady],
    ["models/echo_fp32/ready", undefined, 200, ""],
    ["health/live", undefined, 200, ""],
  ])("to %s", async (path, text, status, found) => {
    const answer = await (text === undefined ? fetch(`${url}/v2/${path}`) : post(path, text));
    expect([answer.status, await answer.text()]).toEqual([status, found]);
  });

  it("and has it again when it is loaded", async () => {
    await (await post("repository/models/add_sub/load", "{}")).text();
    const answer = await post("models/add_sub/infer", body);
    await answer.text();
    expect(answer.status).toBe(200);
  });
});
