import { describe, expect, it } from "vitest";
import { startRawServer } from "./raw-server.fixture.ts";
import { ask, failureOf, openFor, requestOf, ways, callWith } from "./ways.fixture.ts";
import type { Exchange } from "./exchange.fixture.ts";

describe.each(ways)("what a server says of its refusal (%s)", (way) => {
  it("is decoded and made safe to print", async () => {
    await using server = await startRawServer({
      onRequest: (one) => one.end(3, "caf%C3%A9 50%25%0A%1B[31mred"),
    });
    await using transport = openFor(way, { endpoint: server.address });
    expect(await failureOf(transport, way)).toMatchObject({ serverText: "café 50% [31mred" });
  });

  it("is kept as it is when it cannot be decoded", async () => {
    await using server = await startRawServer({ onRequest: (one) => one.end(3, "100% %C3") });
    await using transport = openFor(way, { endpoint: server.address });
    expect(await failureOf(transport, way)).toMatchObject({ serverText: "100% %C3" });
  });

  it.each([
    ["250", { retryable: true, retryAfterMs: 250 }],
    ["-1", { retryable: false }],
    ["soon", { retryable: false }],
  ])("with grpc-retry-pushback-ms %s is heeded", async (pushback, expected) => {
    await using server = await startRawServer({
      onRequest({ stream }) {
        const words = { "grpc-status": "14", "grpc-retry-pushback-ms": pushback };
        stream.respond(
          { ":status": 200, "content-type": "application/grpc", ...words },
          { endStream: true },
        );
      },
    });
    await using transport = openFor(way, { endpoint: server.address });
    expect(await failureOf(transport, way)).toMatchObject({ outcome: "unavailable", ...expected });
  });
});

/** Sends the right answer two times. */
function twice(exchange: Exchange): void {
  exchange.write(Buffer.concat([exchange.frame(), exchange.frame()]));
  if (!exchange.isStream) exchange.end(0);
}

describe("an answer that comes twice", () => {
  it("to a call of one answer is none", async () => {
    await using server = await startRawServer({ onRequest: twice });
    await using transport = openFor("unary", { endpoint: server.address });
    expect(await failureOf(transport, "unary")).toMatchObject({
      code: "decode",
      delivery: "answered",
      message: expect.stringContaining("expected one answer, found 2"),
    });
  });

  it("in stream() is not taken for the next request's", async () => {
    await using server = await startRawServer({
      onRequest: (exchange, index) => (index === 0 ? twice(exchange) : undefined),
    });
    await using transport = openFor("stream()", { endpoint: server.address });
    async function* source() {
      yield requestOf(1);
      yield requestOf(2);
    }
    const values: unknown[] = [];
    const reading = async (): Promise<void> => {
      for await (const { outputs } of transport.stream(source(), callWith())) {
        values.push(outputs[0]?.data);
      }
    };
    await expect(reading()).rejects.toMatchObject({ code: "decode" });
    expect(values).toEqual([Float32Array.of(1)]);
  });

  it("in stream mode does not hurt the request that it was for", async () => {
    await using server = await startRawServer({ onRequest: twice });
    await using transport = openFor("stream mode", { endpoint: server.address });
    expect(await ask(transport, "stream mode")).toEqual(Float32Array.of(1, 2.5));
    expect(await ask(transport, "stream mode")).toEqual(Float32Array.of(1, 2.5));
  });
});
