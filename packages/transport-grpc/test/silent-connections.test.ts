import { DeadlineError } from "@nereid/core/transport-kit";
import { describe, expect, it } from "vitest";
import type { Exchange } from "./exchange.fixture.ts";
import { startRawServer } from "./raw-server.fixture.ts";
import { ask, callWith, openFor, requestOf } from "./ways.fixture.ts";

const late = (): DeadlineError =>
  new DeadlineError("expected an answer in time, found none", {
    bound: "attempt",
    delivery: "unknown",
  });

describe.each(["unary", "stream mode"] as const)("a connection without a word (%s)", (way) => {
  it("is not used by what comes behind a deadline, and what is under way on it goes on", async () => {
    const held: Exchange[] = [];
    await using server = await startRawServer({
      onRequest: (exchange, index) => (index < 2 ? held.push(exchange) : exchange.answer()),
    });
    await using transport = openFor(way, { endpoint: server.address, streams: 1 });
    const stays = transport.infer(requestOf(1, 2.5), callWith());
    const controller = new AbortController();
    const leaves = transport.infer(requestOf(1, 2.5), callWith(controller.signal));
    const left = expect(leaves).rejects.toBeInstanceOf(DeadlineError);
    await server.received(2);
    const before = server.accepted;
    controller.abort(late());
    await left;
    expect(await ask(transport, way)).toEqual(Float32Array.of(1, 2.5));
    expect(server.accepted).toBe(before + 1);
    held[0]?.answer();
    expect((await stays).outputs[0]?.data).toEqual(Float32Array.of(1, 2.5));
  });
});

describe("a connection of calls", () => {
  it.each(["a caller who leaves", "a server that has said something since"])(
    "is used on behind %s",
    async (what) => {
      const held: Exchange[] = [];
      await using server = await startRawServer({
        onRequest: (exchange, index) => (index === 0 ? held.push(exchange) : exchange.answer()),
      });
      await using transport = openFor("unary", { endpoint: server.address });
      const controller = new AbortController();
      const reason = what === "a caller who leaves" ? new Error("enough") : late();
      const leaves = transport.infer(requestOf(1, 2.5), callWith(controller.signal));
      const left = expect(leaves).rejects.toBe(reason);
      await server.received(1);
      const other = transport.infer(requestOf(1, 2.5), callWith());
      await server.received(2);
      await other;
      const before = server.accepted;
      controller.abort(reason);
      await left;
      await ask(transport, "unary");
      expect(server.accepted).toBe(before);
    },
  );
});
