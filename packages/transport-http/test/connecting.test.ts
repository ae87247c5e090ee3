import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { createHttpTransport, type HttpTransportOptions } from "../src/index.ts";
import {
  callWith,
  certificate,
  goodAnswer,
  request,
  startWireServer,
} from "./wire-server.fixture.ts";

async function failureOf(options: HttpTransportOptions): Promise<unknown> {
  await using transport = createHttpTransport({ binaryData: true, ...options });
  return await transport.infer(request, callWith()).catch((caught: unknown) => caught);
}

async function unusedPort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Answers whatever it hears in plain HTTP. */
async function startPlainServer(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

describe("a connection that cannot be made", () => {
  it("because dialling throws fails each request in line, and holds no place", async () => {
    await using transport = createHttpTransport({
      endpoint: "http://model.invalid:8000",
      binaryData: true,
      connectionPoolMaxTotal: 1,
      connectionPoolMaxIdle: 1,
      connect: () => {
        throw Object.assign(new Error("no key"), { code: "ERR_OSSL_UNSUPPORTED" });
      },
    });
    const failed = await Promise.all(
      Array.from({ length: 3000 }, () =>
        transport.infer(request, callWith()).catch((caught: unknown) => caught),
      ),
    );
    for (const error of failed) {
      expect(error).toMatchObject({ code: "transport", delivery: "not-sent", retryable: false });
    }
    expect(transport.poolStats).toMatchObject({ active: 0, queued: 0, total: 0 });
  });

  it("because it is refused leaves the request unsent and worth repeating", async () => {
    const port = await unusedPort();
    expect(await failureOf({ endpoint: `http://127.0.0.1:${port}/gateway` })).toMatchObject({
      code: "transport",
      delivery: "not-sent",
      retryable: true,
      message: `POST http://127.0.0.1:${port}/gateway/v2/models/m/infer: expected a connection, found it refused (ECONNREFUSED)`,
    });
  });

  it.each([
    ["ENOTFOUND", "found no address for the host name"],
    ["EAI_AGAIN", "found no answer about the host name"],
  ])("because of %s says what of", async (code, words) => {
    const failed = await failureOf({
      endpoint: "http://model.invalid:8000",
      lookup: (_host, _options, callback) =>
        callback(Object.assign(new Error(code), { code }), "", 4),
    });
    expect(failed).toMatchObject({
      delivery: "not-sent",
      retryable: true,
      message: expect.stringContaining(words),
    });
  });

  it("within connection-timeout, TLS included, is given up", async () => {
    await using silent = await startWireServer(() => undefined);
    const failed = await failureOf({
      endpoint: silent.url.replace("http:", "https:"),
      connectionTimeout: 20,
    });
    expect(failed).toMatchObject({
      delivery: "not-sent",
      retryable: true,
      message: expect.stringContaining("expected a connection, found none in time"),
    });
  });

  it("because the certificate is not trusted is not repeated", async () => {
    await using server = await startWireServer(() => undefined, { tls: true });
    expect(await failureOf({ endpoint: server.url })).toMatchObject({
      delivery: "not-sent",
      retryable: false,
      message: expect.stringContaining("found a TLS failure (DEPTH_ZERO_SELF_SIGNED_CERT)"),
    });
    expect(server.requests).toHaveLength(0);
  });

  it("because the certificate names another host is not repeated", async () => {
    await using server = await startWireServer(() => undefined, { tls: true });
    const failed = await failureOf({
      endpoint: server.url,
      tlsCa: certificate.cert,
      tlsServername: "other.example",
    });
    expect(failed).toMatchObject({
      delivery: "not-sent",
      retryable: false,
      message: expect.stringContaining("ERR_TLS_CERT_ALTNAME_INVALID"),
    });
  });

  it("because a plain server hears TLS is not repeated", async () => {
    await using server = await startPlainServer();
    expect(await failureOf({ endpoint: `https://127.0.0.1:${server.port}` })).toMatchObject({
      delivery: "not-sent",
      retryable: false,
      message: expect.stringContaining("found a TLS failure"),
    });
  });
});

describe("TLS", () => {
  it("carries requests when the certificate is trusted by name", async () => {
    await using server = await startWireServer(
      (socket, received) => socket.write(goodAnswer(received)),
      { tls: true },
    );
    await using transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      tlsCa: certificate.cert,
      tlsServername: "localhost",
    });
    const { outputs } = await transport.infer(request, callWith());
    expect(outputs[0]?.data).toEqual(Float32Array.of(1, 2.5));
  });

  it("takes any certificate when told to, and warns once", async () => {
    await using server = await startWireServer(
      (socket, received) => socket.write(goodAnswer(received)),
      { tls: true },
    );
    const lines: string[] = [];
    await using transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      tlsInsecure: true,
      log: (line) => lines.push(line),
    });
    await transport.infer(request, callWith());
    await transport.infer(request, callWith());
    expect(lines).toEqual([expect.stringContaining("tls-insecure")]);
  });

  it("answered to a plain request is no HTTP", async () => {
    await using server = await startWireServer(() => undefined, { tls: true });
    expect(await failureOf({ endpoint: server.url.replace("https:", "http:") })).toMatchObject({
      code: "transport",
      delivery: "unknown",
    });
  });
});
