import { inspect } from "node:util";
import { createVirtualClock } from "@nereid/testing";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openGrpcTransport } from "../src/grpc-transport.ts";
import { parseGrpcOptions } from "../src/options.ts";
import { startRawServer } from "./raw-server.fixture.ts";
import { startSilentServer, unusedPort } from "./silent-server.fixture.ts";
import { ask, callWith, failureOf, openFor, requestOf, ways } from "./ways.fixture.ts";

const canary = "canary-2f6c1d";
const good = Float32Array.of(1, 2.5);

afterEach(() => vi.unstubAllEnvs());

describe.each(ways)("metadata (%s)", (way) => {
  it("has the token and the custom headers on every call, questions included", async () => {
    await using server = await startRawServer();
    await using transport = openFor(way, {
      endpoint: server.address,
      authToken: canary,
      customHeaders: { "x-tenant": "blue", "X-Upper": "Case" },
    });
    expect(await ask(transport, way)).toEqual(good);
    await transport.serverLive().catch(() => undefined);
    for (const headers of server.calls) {
      expect(headers).toMatchObject({
        authorization: `Bearer ${canary}`,
        "x-tenant": "blue",
        "x-upper": "Case",
        "user-agent": expect.stringMatching(/^nereid/),
        "content-type": "application/grpc",
        te: "trailers",
      });
    }
  });

  it("has the headers of a call, which win", async () => {
    await using server = await startRawServer();
    await using transport = openFor(way, {
      endpoint: server.address,
      customHeaders: { "x-tenant": "blue", "x-other": "kept" },
    });
    const call = { ...callWith(), headers: { "X-Tenant": "red" } };
    expect(await ask(transport, way, { call })).toEqual(good);
    expect(server.requests[0]?.headers).toMatchObject({ "x-tenant": "red", "x-other": "kept" });
  });

  it("with a value that gRPC cannot carry is refused before anything is sent", async () => {
    await using server = await startRawServer();
    await using transport = openFor(way, { endpoint: server.address });
    const call = { ...callWith(), headers: { "x-name": "café" } };
    const failed = await failureOf(transport, way, { call });
    expect(failed).toMatchObject({ code: "encode", delivery: "not-sent", retryable: false });
    expect(inspect(failed)).not.toContain("café");
    expect(server.requests).toHaveLength(0);
  });

  it.each(["grpc-timeout", "te", "content-type", "host", "x-bin", "user-agent"])(
    "refuses the header %s of a call, which gRPC owns",
    async (name) => {
      await using server = await startRawServer();
      await using transport = openFor(way, { endpoint: server.address });
      const call = { ...callWith(), headers: { [name]: canary } };
      const failed = await failureOf(transport, way, { call });
      expect(failed).toMatchObject({ code: "encode", delivery: "not-sent" });
      expect(inspect(failed)).not.toContain(canary);
    },
  );

  it("asks for a token again behind a refusal", async () => {
    const tokens = ["old", "new"];
    const asked = vi.fn(async () => tokens[asked.mock.calls.length - 1] ?? "");
    await using server = await startRawServer({
      onRequest(exchange) {
        if (exchange.headers.authorization === "Bearer new") exchange.answer();
        else exchange.end(16, "expired");
      },
    });
    await using transport = openFor(way, { endpoint: server.address, authToken: asked });
    expect(await failureOf(transport, way)).toMatchObject({ outcome: "unauthorized" });
    expect(await ask(transport, way)).toEqual(good);
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it("is not sent when asking for the token fails, and the reason is kept", async () => {
    await using server = await startRawServer();
    const cause = new Error("vault is sealed");
    await using transport = openFor(way, {
      endpoint: server.address,
      authToken: () => Promise.reject(cause),
    });
    expect(await failureOf(transport, way)).toMatchObject({
      code: "transport",
      delivery: "not-sent",
    });
    expect(server.calls).toHaveLength(0);
  });

  it("is in no error, whatever fails", async () => {
    const secrets = { authToken: canary, customHeaders: { "x-key": canary } };
    const failures: unknown[] = [];
    for (const status of [16, 3, 14]) {
      await using server = await startRawServer({ onRequest: (one) => one.end(status, "no") });
      await using transport = openFor(way, { endpoint: server.address, ...secrets });
      failures.push(await failureOf(transport, way));
    }
    const endpoint = `127.0.0.1:${await unusedPort()}`;
    await using nowhere = openFor(way, { endpoint, ...secrets });
    failures.push(await failureOf(nowhere, way));
    for (const failed of failures) {
      expect(failed).toBeInstanceOf(Error);
      expect(inspect(failed, { depth: 20, showHidden: true })).not.toContain(canary);
    }
  });

  it("does not go through a proxy of the environment", async () => {
    await using proxy = await startSilentServer((socket) => socket.end());
    for (const name of ["http_proxy", "https_proxy", "grpc_proxy"]) {
      vi.stubEnv(name, `http://${proxy.address}`);
    }
    await using server = await startRawServer();
    await using transport = openFor(way, { endpoint: server.address, authToken: canary });
    expect(await ask(transport, way)).toEqual(good);
    expect(proxy.accepted).toBe(0);
  });
});

describe("a deadline", () => {
  it.each(["unary", "stream()"] as const)("is told to the server (%s)", async (way) => {
    await using server = await startRawServer();
    const clock = createVirtualClock();
    await clock.advance(500);
    const options = parseGrpcOptions({ endpoint: server.address });
    await using transport = openGrpcTransport(options, { clock });
    const call = { ...callWith(), deadline: 2000.25 };
    expect(await ask(transport, way, { call })).toEqual(good);
    expect(server.requests[0]?.headers["grpc-timeout"]).toBe("1501m");
  });

  it("of one request does not end the stream that it shares", async () => {
    await using server = await startRawServer({
      onRequest(exchange, index) {
        if (index !== 0) exchange.answer();
      },
    });
    await using transport = openFor("stream mode", { endpoint: server.address, streams: 1 });
    const gone = new AbortController();
    const late = failureOf(transport, "stream mode", {
      call: { ...callWith(gone.signal), deadline: 1e9 },
    });
    const held = ask(transport, "stream mode", { request: requestOf(4) });
    expect(await held).toEqual(Float32Array.of(4));
    gone.abort("deadline");
    expect(await late).toBe("deadline");
    const streams = server.calls.filter((headers) => headers[":path"]?.endsWith("StreamInfer"));
    expect(streams.map((headers) => headers["grpc-timeout"])).toEqual([undefined]);
  });
});
