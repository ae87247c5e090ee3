import { constants } from "node:http2";
import { describe, expect, it } from "vitest";
import type { Exchange } from "./exchange.fixture.ts";
import { startRawServer } from "./raw-server.fixture.ts";
import { ask, failureOf, openFor, requestOf, ways } from "./ways.fixture.ts";

const lost = { code: "transport", delivery: "unknown", retryable: true };
const good = Float32Array.of(1, 2.5);

describe.each(ways)("a farewell (%s)", (way) => {
  it("in good order loses no request, and the next one goes elsewhere", async () => {
    const held: Exchange[] = [];
    await using server = await startRawServer({
      onRequest(exchange, index) {
        if (index > 1) return exchange.answer();
        held.push(exchange);
        if (held.length < 2) return;
        exchange.stream.session?.close();
        for (const one of held) one.answer();
      },
    });
    await using transport = openFor(way, { endpoint: server.address, streams: 1 });
    const both = [7, 8].map((value) => ask(transport, way, { request: requestOf(value) }));
    expect(await Promise.all(both)).toEqual([Float32Array.of(7), Float32Array.of(8)]);
    const before = server.accepted;
    expect(await ask(transport, way)).toEqual(good);
    expect(server.accepted).toBe(before + 1);
  });

  it.each(["INTERNAL_ERROR", "ENHANCE_YOUR_CALM"] as const)(
    "with %s loses those under way, and the next one goes elsewhere",
    async (name) => {
      await using server = await startRawServer({
        onRequest(exchange, index) {
          if (index > 1) return exchange.answer();
          if (index === 1) {
            exchange.stream.session?.destroy(undefined, constants[`NGHTTP2_${name}`]);
          }
        },
      });
      await using transport = openFor(way, { endpoint: server.address, streams: 1 });
      const both = [failureOf(transport, way), failureOf(transport, way)];
      expect(await Promise.all(both)).toMatchObject([lost, lost]);
      expect(await ask(transport, way)).toEqual(good);
    },
  );
});

describe.each(["unary", "stream()"] as const)("a farewell that names the last call (%s)", (way) => {
  it("leaves the later ones unsent", async () => {
    await using server = await startRawServer({
      onRequest(exchange, index) {
        if (index === 1) exchange.stream.session?.goaway(0, 1);
        else exchange.answer();
      },
    });
    await using transport = openFor(way, { endpoint: server.address });
    expect(await ask(transport, way)).toEqual(good);
    expect(await failureOf(transport, way)).toMatchObject({
      code: "transport",
      delivery: "not-sent",
      retryable: true,
    });
    expect(await ask(transport, way)).toEqual(good);
  });
});
