import { readFileSync } from "node:fs";
import { createServer } from "node:tls";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import type { GrpcTransportOptions } from "../src/index.ts";
import { startRawServer, type Keys } from "./raw-server.fixture.ts";
import { dial } from "./dial.fixture.ts";
import { ask, failureOf, openFor, ways, type Way } from "./ways.fixture.ts";

const read = (name: string): string =>
  readFileSync(new URL(`certificate/${name}.pem`, import.meta.url), "utf8");

const server: Keys = { cert: read("server"), key: read("server-key") };
const client = { tlsCert: read("client"), tlsKey: read("client-key") };
const trusted = { tlsCa: server.cert, tlsServername: "localhost" };
const good = Float32Array.of(1, 2.5);
const notConnected = { code: "transport", delivery: "not-sent", retryable: false };

/** What a request comes to with these options, against a server with these keys. */
async function outcomeWith(
  way: Way,
  options: Omit<GrpcTransportOptions, "endpoint">,
  keys: Keys = server,
): Promise<unknown> {
  await using raw = await startRawServer({}, keys);
  const transport = openFor(way, { endpoint: `grpcs://${raw.address}`, ...options });
  const outcome = await ask(transport, way).catch((error: unknown) => error);
  await transport.close();
  await raw.idle();
  return outcome;
}

describe("the connection of a shared stream", () => {
  const names = { ca: server.cert, insecure: false };

  it.each([
    ["the name that it is given", { ...names, servername: "localhost" }],
    ["any certificate", { insecure: true }],
  ])("is up with %s", async (_what, tls) => {
    await using raw = await startRawServer({ onOpen: () => false }, server);
    const { stream, up } = dial(`grpcs://${raw.address}`, { tls });
    await up;
    stream.cancel();
    await raw.idle();
  });

  it.each([
    ["nobody trusts", { insecure: false }],
    ["another authority made", { ca: client.tlsCert, insecure: false }],
    ["has another name", { ...names, servername: "other.example" }],
  ])("to a certificate that %s is not worth another try", async (_what, tls) => {
    await using raw = await startRawServer({}, server);
    expect(await dial(`grpcs://${raw.address}`, { tls }).ended).toMatchObject(notConnected);
    expect(raw.calls).toHaveLength(0);
  });

  it("shows the client's certificate to a server that asks for one", async () => {
    const keys = { ...server, clientCa: client.tlsCert };
    await using raw = await startRawServer({ onOpen: () => false }, keys);
    const shown = { ...names, cert: client.tlsCert, key: client.tlsKey };
    const { stream, up } = dial(`grpcs://${raw.address}`, { tls: shown });
    await up;
    stream.cancel();
    const { ended } = dial(`grpcs://${raw.address}`, { tls: names });
    expect(await ended).toMatchObject({ delivery: "not-sent" });
  });
});

describe.each(ways)("TLS (%s)", (way) => {
  it("carries requests when the certificate is trusted by name", async () => {
    expect(await outcomeWith(way, trusted)).toEqual(good);
  });

  it("takes PEM files as well as text", async () => {
    const tlsCa = new URL("certificate/server.pem", import.meta.url).pathname;
    expect(await outcomeWith(way, { ...trusted, tlsCa })).toEqual(good);
  });

  it("with a certificate that nobody trusts is no connection, and not worth another try", async () => {
    expect(await outcomeWith(way, {})).toMatchObject(notConnected);
  });

  it("with another authority is no connection, and not worth another try", async () => {
    expect(await outcomeWith(way, { tlsCa: client.tlsCert })).toMatchObject(notConnected);
  });

  it("under another name is no connection, and not worth another try", async () => {
    const outcome = await outcomeWith(way, { ...trusted, tlsServername: "other.example" });
    expect(outcome).toMatchObject(notConnected);
  });

  it("carries requests to an address that the certificate names", async () => {
    expect(await outcomeWith(way, { tlsCa: server.cert })).toEqual(good);
  });

  it("takes any certificate when told to, and warns once", async () => {
    const lines: string[] = [];
    const log = (line: string): void => void lines.push(line);
    expect(await outcomeWith(way, { tlsInsecure: true, log })).toEqual(good);
    expect(lines).toEqual([expect.stringContaining("tls-insecure")]);
  });

  it("shows the client's certificate to a server that asks for one", async () => {
    const keys = { ...server, clientCa: client.tlsCert };
    expect(await outcomeWith(way, { ...trusted, ...client }, keys)).toEqual(good);
  });

  it("without a certificate for such a server carries nothing", async () => {
    const keys = { ...server, clientCa: client.tlsCert };
    expect(await outcomeWith(way, trusted, keys)).toMatchObject({ delivery: "not-sent" });
  });

  it("spoken to a plain server is no connection", async () => {
    await using raw = await startRawServer();
    await using transport = openFor(way, { endpoint: `grpcs://${raw.address}`, ...trusted });
    expect(await failureOf(transport, way)).toMatchObject({ delivery: "not-sent" });
  });

  it("not spoken to a server that wants it is no connection", async () => {
    await using raw = await startRawServer({}, server);
    await using transport = openFor(way, { endpoint: `grpc://${raw.address}` });
    expect(await failureOf(transport, way)).toMatchObject({ delivery: "not-sent" });
  });

  it("of a server without HTTP/2 is no connection", async () => {
    const other = createServer({ ...server, ALPNProtocols: ["http/1.1"] }, (socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    });
    other.on("tlsClientError", () => undefined);
    await once(other.listen(0, "127.0.0.1"), "listening");
    const { port } = other.address() as AddressInfo;
    const transport = openFor(way, { endpoint: `grpcs://127.0.0.1:${port}`, ...trusted });
    expect(await failureOf(transport, way)).toMatchObject({ delivery: "not-sent" });
    await transport.close();
    await new Promise((resolve) => other.close(resolve));
  });
});
