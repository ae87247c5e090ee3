import { describe, expect, it } from "vitest";
import type { Exchange } from "./exchange.fixture.ts";
import { startRawServer } from "./raw-server.fixture.ts";
import { ask, failureOf, openFor, ways } from "./ways.fixture.ts";

const good = Float32Array.of(1, 2.5);

describe.each(ways)("closing (%s)", (way) => {
  it("waits for what is under way, refuses what comes later, and leaves nothing open", async () => {
    let held: Exchange | undefined;
    await using server = await startRawServer({ onRequest: (exchange) => void (held = exchange) });
    const transport = openFor(way, { endpoint: server.address });
    const waiting = ask(transport, way);
    await server.received(1);
    let isClosed = false;
    const closing = transport.close().then(() => (isClosed = true));
    expect(await failureOf(transport, way)).toMatchObject({ code: "closed", delivery: "not-sent" });
    expect(isClosed).toBe(false);
    held?.answer();
    expect(await waiting).toEqual(good);
    await closing;
    await server.idle();
  });

  it("a second time waits for the first", async () => {
    await using server = await startRawServer();
    const transport = openFor(way, { endpoint: server.address });
    await ask(transport, way);
    await Promise.all([transport.close(), transport.close(), transport[Symbol.asyncDispose]()]);
    await server.idle();
  });

  it("without a request opens nothing", async () => {
    await using server = await startRawServer();
    await openFor(way, { endpoint: server.address }).close();
    expect(server.accepted).toBe(0);
  });

  it("leaves no handle of this process, a thousand requests later", async () => {
    await using server = await startRawServer();
    const before = count();
    const transport = openFor(way, { endpoint: server.address });
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(Array.from({ length: 100 }, () => ask(transport, way)));
    }
    await transport.close();
    await server.idle();
    await new Promise((resolve) => setImmediate(resolve));
    expect(count()).toBeLessThanOrEqual(before);
  });
});

function count(): number {
  return process.getActiveResourcesInfo().filter((name) => /Socket|Connect|Timeout/.test(name))
    .length;
}

it("an idle shared stream does not keep the process alive, and a busy one does", async () => {
  let held: Exchange | undefined;
  await using server = await startRawServer({ onRequest: (exchange) => void (held = exchange) });
  await using transport = openFor("stream mode", { endpoint: server.address, streams: 1 });
  const sockets = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
  const waiting = ask(transport, "stream mode");
  await server.received(1);
  const busy = sockets();
  held?.answer();
  await waiting;
  expect(sockets()).toBe(busy - 1);
});
