import { describe, expect, it } from "vitest";
import { createHttpTransport } from "../src/index.ts";
import { callWith, closed, goodAnswer, request, startWireServer } from "./wire-server.fixture.ts";

const settings = { binaryData: true, connectionPoolMaxTotal: 8, connectionPoolMaxIdle: 8 };
const startServer = () => startWireServer((socket, received) => socket.write(goodAnswer(received)));

describe("transports to one origin", () => {
  it("open at most connection-pool-max-total sockets together, be they a thousand", async () => {
    await using server = await startServer();
    const endpoint = server.url;
    const transports = Array.from({ length: 1000 }, () =>
      createHttpTransport({ ...settings, endpoint }),
    );
    await Promise.all(transports.map((transport) => transport.infer(request, callWith())));
    expect(server.requests).toHaveLength(1000);
    expect(server.sockets).toHaveLength(8);
    await Promise.all(transports.map((transport) => transport.close()));
    await Promise.all(server.sockets.map(closed));
    const sockets = process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap");
    expect(sockets).toEqual([]);
  });

  it("P14: leave each other's connections alone when one of them closes", async () => {
    await using server = await startServer();
    await using stays = createHttpTransport({ ...settings, endpoint: server.url });
    const leaves = createHttpTransport({ ...settings, endpoint: `${server.url}/v2/` });
    await leaves.infer(request, callWith());
    await leaves.close();
    await expect(leaves.infer(request, callWith())).rejects.toMatchObject({ code: "closed" });
    await expect(leaves.serverReady()).rejects.toMatchObject({ code: "closed" });
    await stays.infer(request, callWith());
    expect(server.sockets).toHaveLength(1);
  });

  it("carry each its own credentials over the connections that they share", async () => {
    await using server = await startServer();
    for (const authToken of ["ann", "bob"]) {
      await using transport = createHttpTransport({ ...settings, endpoint: server.url, authToken });
      await using other = createHttpTransport({ ...settings, endpoint: server.url });
      await transport.infer(request, callWith());
      await other.infer(request, callWith());
    }
    const tokens = server.requests.map(
      ({ head }) => /authorization: Bearer (\w+)/i.exec(head)?.[1],
    );
    expect(tokens).toEqual(["ann", undefined, "bob", undefined]);
    expect(server.sockets).toHaveLength(2);
  });

  it.each([
    ["TLS identity", { tlsServername: "other" }],
    ["trust", { tlsInsecure: true, log: () => undefined }],
    ["number of sockets", { connectionPoolMaxTotal: 9 }],
    ["idle time", { connectionPoolKeepAlive: 1000 }],
    ["bound on connecting", { connectionTimeout: 1000 }],
    ["largest answer", { maxResponseBytes: 1_000_000 }],
    ["dialling", { lookup: () => undefined }],
  ])("do not share them when their %s differs", async (_, more) => {
    await using server = await startServer();
    await using one = createHttpTransport({ ...settings, endpoint: server.url });
    await using other = createHttpTransport({ ...settings, endpoint: server.url, ...more });
    await one.infer(request, callWith());
    await other.infer(request, callWith());
    expect(server.sockets).toHaveLength(2);
  });
});
