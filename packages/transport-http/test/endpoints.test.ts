import { createModel, int64 } from "@nereid/core";
import { createStandardModels, startV2Server } from "@nereid/testing";
import { describe, expect, it } from "vitest";
import { createHttpTransport } from "../src/index.ts";
import { callWith, httpAnswer, startWireServer } from "./wire-server.fixture.ts";

const models = createStandardModels();
const echo = { model: "echo_int64", inputs: { IN: int64() }, outputs: { OUT: int64() } };

describe("several endpoints over HTTP", () => {
  it("share the work, and none is lost or doubled when one dies in the middle", async () => {
    await using first = await startV2Server({ models });
    await using second = await startV2Server({ models });
    const transport = createHttpTransport({ endpoint: [first.url, second.url] });
    const options = { transport, ...echo, batchSize: 4, retryInitialBackoff: 1 };
    await using model = await createModel(options);
    const records = Array.from({ length: 400 }, (_, n) => ({ IN: BigInt(n) }));
    const rows: bigint[] = [];
    for await (const { OUT } of model.predictAll(records)) {
      rows.push(OUT);
      if (rows.length === 100) await second.close();
    }
    expect(rows).toEqual(records.map(({ IN }) => IN));
    expect(second.requests.length).toBeGreaterThan(3);
    expect(first.requests.length).toBeGreaterThan(50);
  });

  it("count their sockets together, and close them together", async () => {
    await using first = await startV2Server({ models });
    await using second = await startV2Server({ models });
    const transport = createHttpTransport({ endpoint: `${first.url},${second.url}` });
    expect(transport.endpoints).toEqual([first.url, second.url]);
    for (const endpoint of [first.url, second.url]) {
      await transport.ready({ name: "add_sub" }, { ...callWith(), endpoint });
    }
    expect(transport.poolStats).toEqual({ idle: 2, active: 0, queued: 0, total: 2 });
    await transport.close();
    expect(transport.poolStats.total).toBe(0);
  });

  it("begin with whichever answers when the model is made", async () => {
    await using hanging = await startWireServer(() => undefined);
    await using alive = await startV2Server({ models });
    const transport = createHttpTransport({ endpoint: [hanging.url, alive.url] });
    await using model = await createModel({ transport, ...echo });
    expect(model.metadata.name).toBe("echo_int64");
  });
});

describe("health checks over HTTP", () => {
  it("ask server and model with the credentials and the path in front that inference has", async () => {
    const tensor = { name: "x", datatype: "FP32", shape: [1] };
    const document = JSON.stringify({ name: "m", inputs: [tensor], outputs: [tensor] });
    await using gateway = await startWireServer((socket) => {
      socket.write(httpAnswer(200, [], document));
    });
    const transport = createHttpTransport({
      endpoint: `${gateway.url}/team/a`,
      authToken: "secret",
      customHeaders: { "x-tenant": "t" },
    });
    const model = await createModel({ transport, model: "m", healthCheckEnabled: true });
    await gateway.received(4);
    await model.close();
    const heads = gateway.requests.map(({ head }) => head);
    for (const path of ["/team/a/v2/health/ready", "/team/a/v2/models/m/ready"]) {
      const head = heads.find((one) => one.startsWith(`GET ${path} HTTP/1.1`)) ?? "";
      expect(head.toLowerCase()).toContain("authorization: bearer secret");
      expect(head.toLowerCase()).toContain("x-tenant: t");
    }
  });

  it("keep records from a server that is up while neither it nor the model is ready", async () => {
    const notReady = { kind: "status", status: 400, text: "" } as const;
    await using starting = await startV2Server({
      models,
      faults: ({ path }) => (path.endsWith("/ready") ? notReady : undefined),
    });
    await using ready = await startV2Server({ models });
    const transport = createHttpTransport({ endpoint: [starting.url, ready.url] });
    const asked = Promise.withResolvers<void>();
    await using model = await createModel({
      transport,
      ...echo,
      healthCheckEnabled: true,
      observe: ({ type }) => (type === "health" ? asked.resolve() : undefined),
    });
    await asked.promise;
    await Promise.all(Array.from({ length: 100 }, (_, n) => model.predict({ IN: BigInt(n) })));
    expect(starting.requests.filter(({ path }) => path.endsWith("/infer"))).toHaveLength(0);
  });
});
