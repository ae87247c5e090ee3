import { expect, it } from "vitest";
import {
  createStandardModels,
  createVirtualClock,
  startV2Server,
  type ServerModel,
} from "../src/index.ts";
import { inference, sendRaw } from "./raw-http.fixture.ts";

const models = createStandardModels().filter(({ name }) => ["version", "add_sub"].includes(name));
const ask = { inputs: [{ name: "IN", datatype: "INT32", shape: [1], data: [1] }] };

async function jsonOf(url: string, path: string, body?: string): Promise<unknown> {
  const answer = await sendRaw(url, body === undefined ? { path } : { path, body });
  return JSON.parse(answer.body.toString());
}

it("is live and ready with empty plain text", async () => {
  await using server = await startV2Server({ models });
  for (const path of ["/v2/health/live", "/v2/health/ready", "/v2/models/add_sub/ready"]) {
    const { status, type, body } = await sendRaw(server.url, { path });
    expect([status, type, body.byteLength]).toEqual([200, "text/plain", 0]);
  }
});

it("tells its name, version and extensions", async () => {
  await using server = await startV2Server({ models });
  const { body } = await sendRaw(server.url, { path: "/v2" });
  expect(body.toString()).toBe(
    '{"name":"triton","version":"2.51.0","extensions":["classification","sequence","model_repository","model_repository(unload_dependents)","schedule_policy","model_configuration","system_shared_memory","cuda_shared_memory","binary_tensor_data","parameters","statistics","trace","logging"]}',
  );
});

it("puts the batch in front of the shapes of metadata, and not of a configuration", async () => {
  await using server = await startV2Server({ models });
  const tensor = (name: string): object => ({ name, datatype: "FP32", shape: [-1, 16] });
  expect(await jsonOf(server.url, "/v2/models/add_sub")).toEqual({
    name: "add_sub",
    versions: ["1"],
    platform: "python",
    inputs: [tensor("INPUT0"), tensor("INPUT1")],
    outputs: [tensor("OUTPUT0"), tensor("OUTPUT1")],
  });
  expect(await jsonOf(server.url, "/v2/models/add_sub/config")).toMatchObject({
    max_batch_size: 64,
    input: [{ name: "INPUT0", data_type: "TYPE_FP32", dims: [16], optional: false }, {}],
    dynamic_batching: { preferred_batch_size: [64] },
  });
});

it("tells one version of a path that names it", async () => {
  await using server = await startV2Server({ models });
  const versions = (path: string): Promise<unknown> => jsonOf(server.url, path);
  expect(await versions("/v2/models/version")).toMatchObject({ versions: ["1", "2"] });
  expect(await versions("/v2/models/version/versions/1")).toMatchObject({ versions: ["1"] });
});

it("counts what each version did", async () => {
  await using server = await startV2Server({ models });
  await sendRaw(server.url, inference("version", ask));
  await sendRaw(server.url, inference("version", ask));
  expect(await jsonOf(server.url, "/v2/models/version/stats")).toMatchObject({
    model_stats: [
      { version: "1", inference_count: 0, execution_count: 0, batch_stats: [] },
      {
        version: "2",
        inference_count: 2,
        inference_stats: { success: { count: 2 }, fail: { count: 0 } },
        batch_stats: [{ batch_size: 1, compute_infer: { count: 2 } }],
      },
    ],
  });
});

it("tells how long a model has worked, for each request", async () => {
  const clock = createVirtualClock();
  const [model] = models.filter(({ name }) => name === "version");
  if (model === undefined) throw new Error("no such model");
  const slow: ServerModel = {
    ...model,
    async execute(requests) {
      await clock.advance(30);
      return model.execute(requests);
    },
  };
  await using server = await startV2Server({ models: [slow], clock });
  for (let count = 0; count < 2; count += 1) await sendRaw(server.url, inference("version", ask));
  const worked = { count: 2, ns: 60_000_000 };
  expect(await jsonOf(server.url, "/v2/models/version/stats")).toMatchObject({
    model_stats: [{}, { inference_stats: { success: worked, compute_infer: worked } }],
  });
});

it("unloads and loads a model, and tells so", async () => {
  await using server = await startV2Server({ models });
  const act = (what: string): Promise<{ readonly status: number }> =>
    sendRaw(server.url, { path: `/v2/repository/models/${what}`, body: "" });
  expect((await act("version/unload")).status).toBe(200);
  const gone = { name: "version", state: "UNAVAILABLE", reason: "unloaded" };
  const ready = { name: "add_sub", version: "1", state: "READY" };
  expect(await jsonOf(server.url, "/v2/repository/index", "")).toEqual([
    ready,
    { ...gone, version: "1" },
    { ...gone, version: "2" },
  ]);
  expect(await jsonOf(server.url, "/v2/repository/index", '{"ready":true}')).toEqual([ready]);
  const latest = await sendRaw(server.url, inference("version", ask));
  expect([latest.status, latest.body.toString()]).toEqual([
    404,
    `{"error":"Request for unknown model: 'version' has no available versions"}`,
  ]);
  const pinned = await sendRaw(server.url, inference("version/versions/1", ask));
  expect([pinned.status, pinned.body.toString()]).toEqual([
    503,
    `{"error":"Request for unknown model: 'version' version 1 is not at ready state"}`,
  ]);
  expect((await act("version/load")).status).toBe(200);
  expect((await sendRaw(server.url, inference("version", ask))).status).toBe(200);
});

it("cannot load what its repository does not have, and unloads it all the same", async () => {
  await using server = await startV2Server({ models });
  expect(await jsonOf(server.url, "/v2/repository/models/nope/load", "")).toEqual({
    error: "failed to load 'nope', failed to poll from model repository",
  });
  const unload = await sendRaw(server.url, { path: "/v2/repository/models/nope/unload", body: "" });
  expect([unload.status, unload.type]).toEqual([200, "application/json"]);
});
