import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { createHttpTransport } from "../src/index.ts";
import {
  callWith,
  goodAnswer,
  httpAnswer,
  request,
  startWireServer,
} from "./wire-server.fixture.ts";

const canary = "canary-7f3a9c";

describe("credentials", () => {
  it("travel as a bearer token beside custom headers, and a call's own headers win", async () => {
    await using server = await startWireServer((socket, received) =>
      socket.write(goodAnswer(received)),
    );
    await using transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      authToken: canary,
      customHeaders: { "X-Tenant": "a", "X-Other": "b" },
    });
    await transport.infer(request, { ...callWith(), headers: { "x-tenant": "c" } });
    const head = server.requests[0]?.head ?? "";
    expect(head).toContain(`\r\nauthorization: Bearer ${canary}`);
    expect(head).toContain("\r\nx-other: b");
    expect(head).toContain("\r\nx-tenant: c");
    expect(head).not.toContain("x-tenant: a");
  });

  it("do not get a second Bearer", async () => {
    await using server = await startWireServer((socket, received) =>
      socket.write(goodAnswer(received)),
    );
    await using transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      authToken: `Bearer ${canary}`,
    });
    await transport.infer(request, callWith());
    expect(server.requests[0]?.head).toContain(`\r\nauthorization: Bearer ${canary}\r\n`);
  });

  it("from a function are asked for once, and again by the call after a 401", async () => {
    let asked = 0;
    await using server = await startWireServer((socket, received) => {
      const isKnown = received.head.includes("Bearer token-2");
      socket.write(isKnown ? goodAnswer(received) : httpAnswer(401, [], ""));
    });
    await using transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      authToken: async () => `token-${(asked += 1)}`,
    });
    await expect(transport.infer(request, callWith())).rejects.toMatchObject({
      outcome: "unauthorized",
    });
    expect([asked, server.requests.length]).toEqual([1, 1]);
    await Promise.all([0, 1, 2].map(() => transport.infer(request, callWith())));
    expect(asked).toBe(2);
  });

  it("whose function fails leave the request unsent, and the next call asks again", async () => {
    let asked = 0;
    await using server = await startWireServer((socket, received) =>
      socket.write(goodAnswer(received)),
    );
    await using transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      authToken: () => {
        asked += 1;
        if (asked === 1) throw new Error("vault sealed");
        return canary;
      },
    });
    await expect(transport.infer(request, callWith())).rejects.toMatchObject({
      code: "transport",
      delivery: "not-sent",
    });
    await transport.infer(request, callWith());
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    { "x-a": "line\r\nbreak" },
    { "x-a": "x".repeat(9000) },
    { "content-length": "5" },
    { "Transfer-Encoding": "chunked" },
    { host: "elsewhere" },
    { "bad name": "x" },
  ])("and headers that cannot be sent are refused before anything leaves: %o", async (headers) => {
    await using server = await startWireServer(() => undefined);
    await using transport = createHttpTransport({ endpoint: server.url, binaryData: true });
    const call = { ...callWith(), headers: Object.fromEntries(Object.entries(headers)) };
    await expect(transport.infer(request, call)).rejects.toMatchObject({
      code: "encode",
      delivery: "not-sent",
    });
    expect(server.sockets).toHaveLength(0);
  });

  it.each([401, 500, 302])("are in no error that a %i causes", async (status) => {
    await using server = await startWireServer((socket) =>
      socket.write(httpAnswer(status, [], "")),
    );
    await using transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      authToken: canary,
      customHeaders: { "x-key": canary },
    });
    const failed: unknown = await transport.infer(request, callWith()).catch((error) => error);
    expect(inspect(failed, { depth: 9, showHidden: true })).not.toContain(canary);
    expect(inspect(transport, { depth: 9 })).not.toContain(canary);
  });

  it("are in no error of a broken connection", async () => {
    await using server = await startWireServer((socket) => socket.resetAndDestroy());
    await using transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      authToken: canary,
    });
    const failed: unknown = await transport.infer(request, callWith()).catch((error) => error);
    expect(inspect(failed, { depth: 9, showHidden: true })).not.toContain(canary);
  });
});
