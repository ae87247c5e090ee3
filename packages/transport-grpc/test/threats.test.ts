import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:tls";
import { create, toBinary } from "@bufbuild/protobuf";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { InferParameterSchema, ModelInferResponseSchema } from "../src/generated/inference_pb.ts";
import { decodeResponse } from "../src/wire/decode-response.ts";
import { startRawServer, type Keys } from "./raw-server.fixture.ts";
import { startSilentServer } from "./silent-server.fixture.ts";
import { ask, callWith, failureOf, openFor, requestOf, ways } from "./ways.fixture.ts";

const token = "canary-5b1e77d0";
const read = (name: string): string =>
  readFileSync(new URL(`certificate/${name}.pem`, import.meta.url), "utf8");
const keys: Keys = { cert: read("server"), key: read("server-key") };
const trusted = { tlsCa: keys.cert, tlsServername: "localhost" };

afterEach(() => vi.unstubAllEnvs());

describe.each(ways)("a hostile place (%s)", (way) => {
  it.each([301, 302, 307, 308])("that redirects with %i is not followed", async (status) => {
    await using elsewhere = await startSilentServer((socket) => socket.end());
    await using server = await startRawServer({
      onOpen(stream) {
        const location = `http://${elsewhere.address}/inference.GRPCInferenceService/ModelInfer`;
        stream.respond({ ":status": status, location }, { endStream: true });
        return false;
      },
    });
    await using transport = openFor(way, { endpoint: server.address, authToken: token });
    expect(await failureOf(transport, way)).toBeInstanceOf(Error);
    expect(elsewhere.accepted).toBe(0);
  });

  it("without a trusted certificate gets nothing, whatever the environment says", async () => {
    vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
    await using server = await startRawServer({}, keys);
    const endpoint = `grpcs://${server.address}`;
    await using transport = openFor(way, { endpoint, authToken: token });
    expect(await failureOf(transport, way)).toMatchObject({
      delivery: "not-sent",
      retryable: false,
    });
    expect(server.calls).toHaveLength(0);
  });

  it("with TLS below 1.2 gets nothing", async () => {
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" } as const;
    const server = createServer({ ...keys, ...old, ALPNProtocols: ["h2"] }, (socket) =>
      socket.end(),
    );
    server.on("tlsClientError", () => undefined);
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const willing = connect({ port, host: "127.0.0.1", rejectUnauthorized: false, ...old });
    await once(willing, "secureConnect");
    willing.destroy();
    const transport = openFor(way, { endpoint: `grpcs://127.0.0.1:${port}`, ...trusted });
    expect(await failureOf(transport, way)).toMatchObject({
      delivery: "not-sent",
      retryable: false,
    });
    await transport.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it("without TLS hears no token that was meant for TLS", async () => {
    const heard: string[] = [];
    await using server = await startSilentServer((socket) => {
      socket.on("data", (bytes) => heard.push(bytes.toString("latin1")));
      socket.once("data", () => socket.end("HTTP/1.1 426 Upgrade Required\r\n\r\n"));
    });
    const endpoint = `grpcs://${server.address}`;
    await using transport = openFor(way, { endpoint, authToken: token, ...trusted });
    expect(await failureOf(transport, way)).toMatchObject({ delivery: "not-sent" });
    expect(server.accepted).toBeGreaterThan(0);
    expect(heard.join("")).not.toContain(token);
  });
});

describe("metadata", () => {
  const odd = fc.string({
    unit: fc.constantFrom("a", "\r", "\n", "\0", ":", " ", "é", "\u{1f600}"),
  });
  const name = fc.oneof(
    fc.constantFrom("x-a", "X-B", "grpc-timeout", ":path", "x-bin", "te", "cookie"),
    odd,
  );

  it("of a call adds its own entry and no other, or is refused before anything leaves", async () => {
    await using server = await startRawServer();
    await using transport = openFor("unary", { endpoint: server.address });
    await ask(transport, "unary");
    const plain = namesIn(server.requests[0]?.headers);
    const value = fc.oneof(fc.string({ unit: "binary" }), odd);
    await fc.assert(
      fc.asyncProperty(name, value, async (ownName, ownValue) => {
        const before = server.requests.length;
        const call = { ...callWith(), headers: Object.fromEntries([[ownName, ownValue]]) };
        const failed = await ask(transport, "unary", { call }).then(
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
        expect(namesIn(sent[0]?.headers)).toEqual([...plain, own].sort());
        expect(sent[0]?.headers[own]).toBe(ownValue);
      }),
      { numRuns: 200 },
    );
  });
});

it("any model name and version stay what they are, for they are in no path", async () => {
  await using server = await startRawServer();
  await using transport = openFor("unary", { endpoint: server.address });
  for (const text of ["..", "../../repository", "a/b", "%2e%2e", "a?b#c", "\r\n"]) {
    const asked = { ...requestOf(1), model: { name: text, version: text } };
    await failureOf(transport, "unary", { request: asked });
    const { headers, message } = server.requests.at(-1) ?? {};
    expect(headers?.[":path"]).toBe("/inference.GRPCInferenceService/ModelInfer");
    expect([message?.modelName, message?.modelVersion]).toEqual([text, text]);
  }
});

it("names of a hostile answer are data, and change no prototype", () => {
  const before = Object.getOwnPropertyNames(Object.prototype);
  const polluted = create(InferParameterSchema, {
    parameterChoice: { case: "stringParam", value: "polluted" },
  });
  const names = ["__proto__", "constructor", "toString"];
  const message = create(ModelInferResponseSchema, {
    modelName: "m",
    outputs: names.map((name) => ({ name, datatype: "BOOL", shape: [1n] })),
    rawOutputContents: names.map(() => Uint8Array.of(1)),
  });
  for (const name of names) {
    Object.defineProperty(message.parameters, name, { value: polluted, enumerable: true });
  }
  const response = decodeResponse(Buffer.from(toBinary(ModelInferResponseSchema, message)));
  expect(response.outputs.map(({ name }) => name)).toEqual(names);
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  expect(Object.entries(response.parameters ?? {})).toContainEqual(["__proto__", "polluted"]);
});

/** The names of a call's headers, in order of the alphabet. */
function namesIn(headers: object = {}): string[] {
  return Object.keys(headers).sort();
}
