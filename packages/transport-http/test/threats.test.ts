import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:tls";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createHttpTransport } from "../src/index.ts";
import {
  callWith,
  certificate,
  goodAnswer,
  httpAnswer,
  request,
  startWireServer,
} from "./wire-server.fixture.ts";

const token = "canary-5b1e77d0";
const trusted = { tlsCa: certificate.cert, tlsServername: "localhost" };

afterEach(() => vi.unstubAllEnvs());

describe("a redirect", () => {
  const statuses = [300, 301, 302, 303, 305, 307, 308];

  it.each(statuses)("with %i is not followed by any call", async (status) => {
    await using elsewhere = await startWireServer(() => undefined);
    const answer = httpAnswer(status, [`Location: ${elsewhere.url}/v2/models/m/infer`], "");
    await using server = await startWireServer((socket) => socket.write(answer));
    await using transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      authToken: token,
    });
    const refused = { code: "server", status, outcome: "unsupported", retryable: false };
    const call = callWith();
    await expect(transport.infer(request, call)).rejects.toMatchObject(refused);
    await expect(transport.metadata(request.model, call)).rejects.toMatchObject(refused);
    await expect(transport.ready(request.model, call)).rejects.toMatchObject(refused);
    expect(elsewhere.sockets).toHaveLength(0);
    expect(server.requests).toHaveLength(3);
  });
});

describe("a header", () => {
  const odd = fc.string({
    unit: fc.constantFrom("a", "\r", "\n", "\0", ":", " ", "é", "\u{1f600}"),
  });
  const value = fc.oneof(fc.string({ unit: "binary" }), odd);
  const name = fc.oneof(
    fc.constantFrom("x-a", "X-B", "content-length", "Host", "transfer-encoding", "te", "cookie"),
    odd,
  );

  it("of a call adds its own line and no other, or is refused before anything leaves", async () => {
    await using server = await startWireServer((socket, received) =>
      socket.write(goodAnswer(received)),
    );
    await using transport = createHttpTransport({ endpoint: server.url, binaryData: true });
    await transport.infer(request, callWith());
    const plain = namesIn(server.requests[0]?.head);
    await fc.assert(
      fc.asyncProperty(name, value, async (ownName, ownValue) => {
        const before = server.requests.length;
        const call = { ...callWith(), headers: Object.fromEntries([[ownName, ownValue]]) };
        const failed = await transport.infer(request, call).then(
          () => undefined,
          (error: unknown) => error,
        );
        const sent = server.requests.slice(before);
        if (failed !== undefined) {
          expect(failed).toMatchObject({ code: "encode", delivery: "not-sent" });
          expect(sent).toEqual([]);
          return;
        }
        const own = ownName.toLowerCase();
        expect(namesIn(sent[0]?.head)).toEqual([...plain, own].sort());
        expect(sent[0]?.head.split(`\r\n${own}: `)[1]?.split("\r\n")[0]).toBe(ownValue);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a model's name and version", () => {
  const part = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({
      unit: fc.constantFrom(".", "/", "\\", "%", "2", "e", "f", "?", "#", ";", "@", "a"),
    }),
    fc.constantFrom("..", ".", "%2e%2e", "..%2f", "/v2/repository", "m/versions/1", "\r\n", ""),
  );

  it("stay in their own segment of the path, or are refused before anything leaves", async () => {
    await using server = await startWireServer((socket) => socket.write(httpAnswer(200, [], "")));
    await using transport = createHttpTransport({ endpoint: `${server.url}/gate` });
    await fc.assert(
      fc.asyncProperty(part, fc.option(part, { nil: undefined }), async (name, version) => {
        const before = server.requests.length;
        const model = { name, ...(version === undefined ? {} : { version }) };
        const failed = await transport.ready(model, callWith()).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (failed !== undefined) {
          expect(failed).toMatchObject({ code: "encode", delivery: "not-sent" });
          expect(server.requests).toHaveLength(before);
          return;
        }
        const versions = version === undefined ? [] : ["versions", version];
        const path = ["", "gate", "v2", "models", name, ...versions, "ready"].join("/");
        const sent = server.requests[before]?.head.split(" ")[1] ?? "";
        expect(sent).toBe(path);
        expect(new URL(sent, server.url).pathname).toBe(path);
      }),
      { numRuns: 300 },
    );
  });
});

describe("TLS", () => {
  it("is checked although the environment says that it need not be", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    await using server = await startWireServer((socket) => socket.write(httpAnswer(200, [], "")), {
      tls: true,
    });
    await using transport = createHttpTransport({ endpoint: server.url, authToken: token });
    await expect(transport.serverLive()).rejects.toMatchObject({
      delivery: "not-sent",
      retryable: false,
    });
    expect(server.requests).toHaveLength(0);
  });

  it("below version 1.2 is no connection", async () => {
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" } as const;
    const server = createServer({ ...certificate, ...old }, (socket) => socket.end());
    server.on("tlsClientError", () => undefined);
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const willing = connect({ port, host: "127.0.0.1", rejectUnauthorized: false, ...old });
    await once(willing, "secureConnect");
    willing.destroy();
    const endpoint = `https://127.0.0.1:${port}`;
    const transport = createHttpTransport({ endpoint, authToken: token, ...trusted });
    await expect(transport.serverLive()).rejects.toMatchObject({
      delivery: "not-sent",
      retryable: false,
      message: expect.stringContaining("TLS failure"),
    });
    await transport.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it("is not given up for a server that speaks none: the token stays here", async () => {
    const heard: string[] = [];
    await using server = await startWireServer((socket) => socket.end());
    await using transport = createHttpTransport({
      endpoint: server.url.replace("http:", "https:"),
      authToken: token,
    });
    const live = transport.serverLive();
    await server.connected();
    server.sockets[0]?.on("data", (bytes) => heard.push(bytes.toString("latin1")));
    server.sockets[0]?.end("HTTP/1.1 426 Upgrade Required\r\n\r\n");
    await expect(live).rejects.toMatchObject({ delivery: "not-sent" });
    expect(server.requests).toHaveLength(0);
    expect(heard.join("")).not.toContain(token);
  });
});

it("names of a hostile answer are data, and change no prototype", async () => {
  const before = Object.getOwnPropertyNames(Object.prototype);
  const outputs = ["__proto__", "constructor", "toString"].map((name) => ({
    name,
    datatype: "FP32",
    shape: [1],
    data: [1],
    parameters: { __proto__: 1 },
  }));
  const answer = JSON.stringify({ model_name: "m", outputs }).replaceAll(
    '"parameters":{}',
    '"parameters":{"__proto__":{"polluted":true}}',
  );
  await using server = await startWireServer((socket, { body }) => {
    const { id } = Object(JSON.parse(body.toString()));
    socket.write(httpAnswer(200, [], `{"id":${JSON.stringify(id)},${answer.slice(1)}`));
  });
  await using transport = createHttpTransport({ endpoint: server.url, binaryData: false });
  const { outputs: found } = await transport.infer(request, callWith());
  expect(found.map(({ name }) => name)).toEqual(["__proto__", "constructor", "toString"]);
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  expect("polluted" in {}).toBe(false);
});

/** The names of a request's headers, in order of the alphabet. */
function namesIn(head = ""): string[] {
  const lines = head.split("\r\n").slice(1);
  return lines.map((line) => line.slice(0, line.indexOf(":")).toLowerCase()).sort();
}
