import { describe, expect, it } from "vitest";
import { startRawServer } from "./raw-server.fixture.ts";
import { startSilentServer, unusedPort } from "./silent-server.fixture.ts";
import { ask, callWith, failureOf, openFor, ways } from "./ways.fixture.ts";

const good = Float32Array.of(1, 2.5);
const hundred = Array.from({ length: 100 }, (_, index) => index);
const streams = 2;

describe.each(ways)("behind a break (%s)", (way) => {
  it("the next request opens a new connection", async () => {
    await using server = await startRawServer({
      onRequest: (one, index) => (index === 0 ? one.stream.session?.destroy() : one.answer()),
    });
    await using transport = openFor(way, { endpoint: server.address, streams: 1 });
    expect(await failureOf(transport, way)).toMatchObject({ delivery: "unknown" });
    expect(await ask(transport, way)).toEqual(good);
  });

  it("a server that comes back is found", async () => {
    const port = await unusedPort();
    await using transport = openFor(way, { endpoint: `127.0.0.1:${port}` });
    expect(await failureOf(transport, way)).toMatchObject({ delivery: "not-sent" });
    await using _server = await startRawServer({}, undefined, { port });
    const outcomes: unknown[] = [];
    while (!(outcomes.at(-1) instanceof Float32Array)) {
      outcomes.push(await ask(transport, way).catch((error: unknown) => error));
      await new Promise((resolve) => setImmediate(resolve));
    }
    // Nothing was sent before it was back.
    for (const failed of outcomes.slice(0, -1))
      expect(failed).toMatchObject({ delivery: "not-sent" });
  });
});

describe("a hundred requests behind a break", () => {
  it("open no more connections than there are streams", async () => {
    let broken = 0;
    await using server = await startRawServer({
      onRequest(exchange) {
        if (broken >= streams) return exchange.answer();
        broken += 1;
        exchange.stream.session?.destroy();
      },
    });
    await using transport = openFor("stream mode", { endpoint: server.address, streams });
    await Promise.all(hundred.map(() => ask(transport, "stream mode").catch(() => undefined)));
    const before = server.accepted;
    const answers = await Promise.all(hundred.map(() => ask(transport, "stream mode")));
    expect(answers).toEqual(hundred.map(() => good));
    expect(server.accepted - before).toBeLessThanOrEqual(streams);
  });

  it("open no more connections than there are streams while none can be made", async () => {
    let isDown = false;
    await using server = await startRawServer({
      onOpen(stream) {
        if (isDown) stream.session?.destroy();
        return !isDown;
      },
    });
    await using transport = openFor("stream mode", { endpoint: server.address, streams });
    await Promise.all(hundred.map(() => ask(transport, "stream mode")));
    isDown = true;
    for (const session of server.sessions) session.destroy();
    const before = server.accepted;
    await Promise.all(hundred.map(() => failureOf(transport, "stream mode")));
    // One more for the questions about a server that may be another now.
    expect(server.accepted - before).toBeLessThanOrEqual(streams + 1);
  });

  it("wait for one connection in unary mode", async () => {
    await using server = await startSilentServer();
    const transport = openFor("unary", { endpoint: server.address });
    const gone = new AbortController();
    const waiting = hundred.map(() =>
      failureOf(transport, "unary", { call: callWith(gone.signal) }),
    );
    await server.connected();
    gone.abort("enough");
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(["enough"]));
    expect(server.accepted).toBe(1);
    await transport.close();
    await server.idle();
  });
});
