import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { createVirtualClock } from "@nereid/testing";
import { startRawServer } from "./raw-server.fixture.ts";
import { dial } from "./dial.fixture.ts";
import { startSilentServer, unusedPort } from "./silent-server.fixture.ts";
import { ask, failureOf, openFor, openWith, ways } from "./ways.fixture.ts";

const unsent = { code: "transport", delivery: "not-sent", retryable: true };

describe.each(ways)("a connection that cannot be made (%s)", (way) => {
  it("because it is refused leaves the request unsent and worth repeating", async () => {
    const port = await unusedPort();
    await using transport = openFor(way, { endpoint: `127.0.0.1:${port}` });
    const failed = await failureOf(transport, way);
    expect(failed).toMatchObject(unsent);
    expect(String(failed)).toContain(`grpc://127.0.0.1:${port}`);
  });

  it("because the name has no address leaves the request unsent", async () => {
    await using transport = openFor(way, { endpoint: "grpc://model.invalid:8001" });
    expect(await failureOf(transport, way)).toMatchObject(unsent);
  });

  it("because the server hangs up leaves the request unsent", async () => {
    await using server = await startSilentServer((socket) => socket.end());
    await using transport = openFor(way, { endpoint: server.address });
    expect(await failureOf(transport, way)).toMatchObject(unsent);
  });

  it("because the server speaks something else leaves the request unsent", async () => {
    await using server = await startSilentServer((socket) => socket.end("220 mail ready\r\n"));
    await using transport = openFor(way, { endpoint: server.address });
    expect(await failureOf(transport, way)).toMatchObject({ delivery: "not-sent" });
  });

  it("within connection-timeout is given up, and leaves nothing open", async () => {
    await using server = await startSilentServer();
    const clock = createVirtualClock();
    const transport = openWith(way, clock, { endpoint: server.address, connectionTimeout: 5000 });
    const failing = failureOf(transport, way);
    await server.heard();
    await clock.advance(4999);
    expect(clock.timers).toBe(1);
    await clock.advance(1);
    expect(await failing).toMatchObject({
      ...unsent,
      message: expect.stringContaining("5000 ms"),
    });
    await transport.close();
    await server.idle();
    expect(clock.timers).toBe(0);
  });

  it("within connection-timeout is made anew by the next request", async () => {
    await using good = await startRawServer();
    await using server = await startSilentServer((socket) => {
      if (server.accepted > 1) socket.pipe(connect(good.port, "127.0.0.1")).pipe(socket);
    });
    const clock = createVirtualClock();
    await using transport = openWith(way, clock, { endpoint: server.address });
    const failing = failureOf(transport, way);
    await server.heard();
    await clock.advance(10_000);
    expect(await failing).toMatchObject(unsent);
    expect(await ask(transport, way)).toEqual(Float32Array.of(1, 2.5));
  });
});

describe("the connection of a shared stream", () => {
  it("that is refused is not up, and nothing was sent", async () => {
    const { ended } = dial(`grpc://127.0.0.1:${await unusedPort()}`);
    expect(await ended).toMatchObject(unsent);
  });

  it.each(["", "220 mail ready\r\n"])("that the server ends with %j was never up", async (text) => {
    await using server = await startSilentServer((socket) => socket.end(text));
    expect(await dial(`grpc://${server.address}`).ended).toMatchObject(unsent);
    await server.idle();
  });

  it("to a server that takes connections and says nothing is given up in time", async () => {
    await using server = await startSilentServer();
    const clock = createVirtualClock();
    const { ended } = dial(`grpc://${server.address}`, { clock, connectTimeoutMs: 5000 });
    await server.heard();
    await clock.advance(5000);
    expect(await ended).toMatchObject({
      ...unsent,
      message: expect.stringContaining("none within 5000 ms"),
    });
    await server.idle();
    expect(clock.timers).toBe(0);
  });
});
