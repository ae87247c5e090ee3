import { parseConnectionOptions } from "@nereid/core/transport-kit";
import { describe, expect, it } from "vitest";
import { createHttpTransport, tritonProvider } from "../src/index.ts";
import { callWith, httpAnswer, startWireServer, type WireServer } from "./wire-server.fixture.ts";

/** A server that answers by method and path. */
function startRoutes(routes: Readonly<Record<string, [number, unknown]>>): Promise<WireServer> {
  return startWireServer((socket, { head }) => {
    const [line = ""] = head.split(" HTTP/1.1");
    const [status, json] = routes[line] ?? [404, { error: "Not Found" }];
    socket.write(httpAnswer(status, [], json === "" ? "" : JSON.stringify(json)));
  });
}

const triton = { name: "triton", version: "2.51.0", extensions: ["model_configuration"] };
const metadata = {
  name: "m",
  versions: ["1"],
  platform: "python",
  inputs: [
    { name: "a", datatype: "FP32", shape: [-1, 2] },
    { name: "b", datatype: "INT64", shape: [-1, 1] },
  ],
  outputs: [{ name: "y", datatype: "FP32", shape: [-1, 1] }],
};
const config = {
  name: "m",
  max_batch_size: 8,
  input: [{ name: "a" }, { name: "b", optional: true }],
  sequence_batching: { max_sequence_idle_microseconds: 5_000_000 },
  model_transaction_policy: { decoupled: false },
};

describe("health", () => {
  it.each([
    [200, true],
    [400, false],
    [404, false],
    [503, false],
  ])("of status %i is %s", async (status, expected) => {
    await using server = await startWireServer((socket) =>
      socket.write(httpAnswer(status, [], "")),
    );
    await using transport = createHttpTransport({ endpoint: `${server.url}/p` });
    expect(await transport.serverLive()).toBe(expected);
    expect(await transport.serverReady()).toBe(expected);
    expect(await transport.ready({ name: "m" }, callWith())).toBe(expected);
    expect(server.requests.map(({ head }) => head.split(" ")[1])).toEqual([
      "/p/v2/health/live",
      "/p/v2/health/ready",
      "/p/v2/models/m/ready",
    ]);
  });

  it.each([401, 403, 500])("of status %i is an error", async (status) => {
    await using server = await startWireServer((socket) =>
      socket.write(httpAnswer(status, [], "")),
    );
    await using transport = createHttpTransport({ endpoint: server.url });
    await expect(transport.serverReady()).rejects.toMatchObject({ code: "server", status });
  });
});

describe("metadata", () => {
  it("joins the model's metadata with its configuration, and asks for the server's once", async () => {
    await using server = await startRoutes({
      "GET /v2": [200, triton],
      "GET /v2/models/m": [200, metadata],
      "GET /v2/models/m/config": [200, config],
    });
    await using transport = createHttpTransport({ endpoint: server.url });
    const expected = {
      ...metadata,
      inputs: [metadata.inputs[0], { ...metadata.inputs[1], optional: true }],
      maxBatchRows: 8,
      decoupled: false,
      sequence: { maxIdleUs: 5_000_000 },
    };
    expect(await transport.metadata({ name: "m" }, callWith())).toEqual(expected);
    expect(await transport.metadata({ name: "m" }, callWith())).toEqual(expected);
    expect(server.requests.filter(({ head }) => head.startsWith("GET /v2 "))).toHaveLength(1);
  });

  it.each([
    ["does not list configurations", [200, { name: "mlserver", extensions: [] }]],
    ["forbids its own metadata", [403, { error: "This API is restricted" }]],
  ] as const)("is the model's alone when the server %s", async (_name, answer) => {
    await using server = await startRoutes({
      "GET /v2": [...answer],
      "GET /v2/models/m": [200, metadata],
    });
    await using transport = createHttpTransport({ endpoint: server.url });
    expect(await transport.metadata({ name: "m" }, callWith())).toEqual(metadata);
  });

  it("of an unknown model is a server error", async () => {
    await using server = await startRoutes({});
    await using transport = createHttpTransport({ endpoint: server.url });
    await expect(transport.metadata({ name: "nope" }, callWith())).rejects.toMatchObject({
      outcome: "not-found",
    });
  });
});

describe("management", () => {
  it("reads statistics of one model and of all, and the repository", async () => {
    const stats = { model_stats: [{ name: "m", version: "1", inference_count: 3 }] };
    await using server = await startRoutes({
      "GET /v2/models/stats": [200, stats],
      "GET /v2/models/m/versions/1/stats": [200, stats],
      "GET /v2/models/m/config": [200, config],
      "POST /v2/repository/index": [200, [{ name: "m", version: "1", state: "READY" }]],
    });
    await using transport = createHttpTransport({ endpoint: server.url });
    expect(await transport.modelStatistics()).toMatchObject([{ name: "m", inferenceCount: 3n }]);
    expect(await transport.modelStatistics({ name: "m", version: "1" })).toHaveLength(1);
    expect(await transport.modelConfig({ name: "m" })).toMatchObject({ maxBatchRows: 8 });
    expect(await transport.repositoryIndex({ readyOnly: true })).toEqual([
      { name: "m", version: "1", state: "READY" },
    ]);
    await transport.repositoryIndex();
    expect(server.requests.slice(-2).map(({ body }) => body.toString())).toEqual([
      '{"ready":true}',
      "{}",
    ]);
  });

  it("loads with configuration and files, and unloads with dependents", async () => {
    await using server = await startRoutes({
      "POST /v2/repository/models/m/load": [200, ""],
      "POST /v2/repository/models/m/unload": [200, ""],
    });
    await using transport = createHttpTransport({ endpoint: server.url });
    await transport.loadModel("m");
    await transport.loadModel("m", {
      config: "{}",
      files: { "1/model.onnx": Uint8Array.of(1, 2, 3) },
    });
    await transport.unloadModel("m");
    await transport.unloadModel("m", { unloadDependents: true });
    expect(server.requests.map(({ body }) => body.toString())).toEqual([
      "",
      '{"parameters":{"config":"{}","file:1/model.onnx":"AQID"}}',
      "",
      '{"parameters":{"unload_dependents":true}}',
    ]);
    for (const { head } of server.requests) expect(head).toMatch(/\r\ncontent-length: \d+/);
  });

  it("refuses files without a configuration", async () => {
    await using transport = createHttpTransport({ endpoint: "http://127.0.0.1:9" });
    await expect(transport.loadModel("m", { files: {} })).rejects.toMatchObject({ code: "encode" });
  });
});

describe("options", () => {
  it("that are unknown or impossible are refused with every problem at once", () => {
    const options = { endpoint: "ftp://x", connectionPoolMaxIdel: 3 };
    expect(() => createHttpTransport(options)).toThrow(/connectionPoolMaxIdle.*endpoint/s);
  });

  it("that are parsed already open a transport through the provider", async () => {
    await using server = await startRoutes({ "GET /v2/health/live": [200, ""] });
    const connection = parseConnectionOptions({ endpoint: server.url });
    await using transport = await tritonProvider.open({ connection, modelName: "m", own: {} });
    expect(tritonProvider.name).toBe("triton");
    expect(transport.name).toBe("http");
    expect(await transport.ready({ name: "m" }, callWith())).toBe(false);
  });
});
