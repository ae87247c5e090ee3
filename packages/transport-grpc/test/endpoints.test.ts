import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OptionsError } from "@nereid/core/transport-kit";
import { describe, expect, it } from "vitest";
import { createGrpcTransport } from "../src/index.ts";
import { startRawServer } from "./raw-server.fixture.ts";
import { unusedPort } from "./silent-server.fixture.ts";
import { ask, failureOf, openFor, requestOf, ways } from "./ways.fixture.ts";

const good = Float32Array.of(1, 2.5);

describe.each(ways)("an endpoint (%s)", (way) => {
  it.each([
    ["host:port", (port: number) => `127.0.0.1:${port}`],
    ["grpc://", (port: number) => `grpc://127.0.0.1:${port}`],
    ["GRPC:// with slashes", (port: number) => ` GRPC://127.0.0.1:${port}// `],
    ["a name", (port: number) => `grpc://localhost:${port}`],
    ["dns:///", (port: number) => `dns:///127.0.0.1:${port}`],
    ["dns:", (port: number) => `dns:localhost:${port}`],
    ["ipv4:", (port: number) => `ipv4:127.0.0.1:${port}`],
  ])("of the form %s is reached", async (_form, endpointOf) => {
    await using server = await startRawServer();
    await using transport = openFor(way, { endpoint: endpointOf(server.port) });
    expect(await ask(transport, way)).toEqual(good);
  });

  it.each(["unix:", "unix://"])(
    "that is a socket of this machine (%s) is reached",
    async (form) => {
      const folder = await mkdtemp(join(tmpdir(), "grpc-"));
      const path = join(folder, "socket");
      await using _server = await startRawServer({}, undefined, { path });
      await using transport = openFor(way, { endpoint: `${form}${path}` });
      expect(await ask(transport, way)).toEqual(good);
      await rm(folder, { recursive: true });
    },
  );

  it("among several takes its turn", async () => {
    await using left = await startRawServer();
    await using right = await startRawServer();
    const endpoint = `${left.address},${right.address}`;
    await using transport = openFor(way, { endpoint, streams: 2 });
    // At once, so that a stream is busy when the next one is chosen.
    await Promise.all(Array.from({ length: 8 }, () => ask(transport, way)));
    expect([left.requests.length, right.requests.length]).toEqual([4, 4]);
  });

  it("that is down fails its turns alone, with nothing sent", async () => {
    await using up = await startRawServer();
    const endpoint = `127.0.0.1:${await unusedPort()},${up.address}`;
    await using transport = openFor(way, { endpoint });
    const failures: unknown[] = [];
    for (let count = 0; count < 10; count += 1) {
      await ask(transport, way).catch((error: unknown) => failures.push(error));
    }
    // Keeping work from it is the model's part, which balances over the endpoints.
    expect(failures.length).toBeLessThanOrEqual(5);
    expect(up.requests.length).toBe(10 - failures.length);
    for (const failed of failures) expect(failed).toMatchObject({ delivery: "not-sent" });
  });
});

describe("steps of a sequence", () => {
  it.each(["unary", "stream mode"] as const)("go to one endpoint (%s)", async (way) => {
    await using left = await startRawServer();
    await using right = await startRawServer();
    await using transport = openFor(way, { endpoint: `${left.address},${right.address}` });
    const step = (id: string) => ({
      request: { ...requestOf(1), sequence: { id, start: false, end: false } },
    });
    // The choice hangs on the ports: with so many, none of a billion runs sees one endpoint alone.
    for (let id = 0; id < 30; id += 1) {
      const before = left.requests.length;
      for (let count = 0; count < 3; count += 1) await ask(transport, way, step(`s${id}`));
      expect([0, 3]).toContain(left.requests.length - before);
    }
    expect(left.requests.length).toBeGreaterThan(0);
    expect(right.requests.length).toBeGreaterThan(0);
  });
});

describe("connections", () => {
  it("to an endpoint are as many as channels says", async () => {
    await using server = await startRawServer();
    await using transport = openFor("unary", { endpoint: server.address, channels: 3 });
    await Promise.all(Array.from({ length: 9 }, () => ask(transport, "unary")));
    expect(server.accepted).toBe(3);
    expect(server.requests).toHaveLength(9);
  });

  it("of shared streams are as many as streams says", async () => {
    await using server = await startRawServer();
    await using transport = openFor("stream mode", { endpoint: server.address, streams: 3 });
    await Promise.all(Array.from({ length: 9 }, () => ask(transport, "stream mode")));
    // One more for the questions.
    expect(server.accepted).toBe(4);
    expect(
      server.calls.filter((headers) => headers[":path"]?.endsWith("StreamInfer")),
    ).toHaveLength(3);
  });
});

describe("an endpoint that cannot be", () => {
  it.each([
    ["without a port", "host"],
    ["of HTTP", "http://host:8000"],
    ["with a path", "grpc://host:8001/v2"],
    ["with credentials", "grpc://me:secret@host:8001"],
    ["empty", ""],
    ["with an empty part", "host:1,"],
    ["named twice", "host:1,grpc://HOST:1"],
    ["of another scheme", "ftp://host:8001"],
  ])("because it is %s is refused without being repeated", (_what, endpoint) => {
    let thrown: unknown;
    try {
      createGrpcTransport({ endpoint });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(OptionsError);
    expect(String(thrown)).not.toContain("secret");
  });
});

it("a request to an endpoint that refuses is told with its address", async () => {
  const port = await unusedPort();
  await using transport = openFor("unary", { endpoint: `127.0.0.1:${port}` });
  expect(String(await failureOf(transport, "unary"))).toContain(`grpc://127.0.0.1:${port}`);
});
