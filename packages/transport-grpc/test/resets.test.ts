import { constants } from "node:http2";
import { describe, expect, it } from "vitest";
import type { Exchange } from "./exchange.fixture.ts";
import { startRawServer, type Behaviour } from "./raw-server.fixture.ts";
import { ask, failureOf, openFor, ways } from "./ways.fixture.ts";

const codes = ["REFUSED_STREAM", "CANCEL", "INTERNAL_ERROR", "ENHANCE_YOUR_CALM"] as const;

const codeOf = (name: (typeof codes)[number]): number => constants[`NGHTTP2_${name}`];

/** What breaks, where in the exchange. */
interface Stage {
  readonly name: string;
  readonly hasHeaders: boolean;
  readonly behaviour: (breakOff: (exchange: Pick<Exchange, "stream">) => void) => Behaviour;
}

const stages: readonly Stage[] = [
  {
    name: "before the request is read",
    hasHeaders: false,
    behaviour: (breakOff) => ({
      onOpen(stream) {
        breakOff({ stream });
        return false;
      },
    }),
  },
  {
    name: "before the headers",
    hasHeaders: false,
    behaviour: (breakOff) => ({ onRequest: breakOff }),
  },
  {
    name: "behind the headers",
    hasHeaders: true,
    behaviour: (breakOff) => ({
      onRequest: (exchange) => exchange.write(new Uint8Array(), () => breakOff(exchange)),
    }),
  },
  {
    name: "in the middle of the message",
    hasHeaders: true,
    behaviour: (breakOff) => ({
      onRequest: (exchange) =>
        exchange.write(exchange.frame().subarray(0, 9), () => breakOff(exchange)),
    }),
  },
];

const behindMessage: Stage = {
  name: "behind the message",
  hasHeaders: true,
  behaviour: (breakOff) => ({
    onRequest: (exchange) => exchange.write(exchange.frame(), () => breakOff(exchange)),
  }),
};

const lost = { code: "transport", delivery: "unknown", retryable: true };
const unsent = { code: "transport", delivery: "not-sent", retryable: true };

describe.each(ways)("a stream that is reset (%s)", (way) => {
  const rows = stages.flatMap((stage) =>
    codes.map((code) => ({ ...stage, stage: stage.name, code })),
  );

  it.each(rows)("$stage with $code says what became of the request", async (row) => {
    const { behaviour, code, hasHeaders } = row;
    await using server = await startRawServer(
      behaviour(({ stream }) => stream.close(codeOf(code))),
    );
    await using transport = openFor(way, { endpoint: server.address });
    // Only a stream that was refused outright was never looked at.
    const isRefused = code === "REFUSED_STREAM" && !hasHeaders;
    expect(await failureOf(transport, way)).toMatchObject(isRefused ? unsent : lost);
  });
});

describe("a stream that is reset behind the message", () => {
  it.each(codes)("with %s has not answered a single call", async (code) => {
    await using server = await startRawServer(
      behindMessage.behaviour(({ stream }) => stream.close(codeOf(code))),
    );
    await using transport = openFor("unary", { endpoint: server.address });
    expect(await failureOf(transport, "unary")).toMatchObject(lost);
  });

  it.each(codes)("with %s has answered in stream mode", async (code) => {
    await using server = await startRawServer(
      behindMessage.behaviour(({ stream }) => stream.close(codeOf(code))),
    );
    await using transport = openFor("stream mode", { endpoint: server.address });
    expect(await ask(transport, "stream mode")).toEqual(Float32Array.of(1, 2.5));
  });
});

describe.each(ways)("a connection that is cut (%s)", (way) => {
  it.each(stages)("$name leaves the fate of the request unknown", async ({ behaviour }) => {
    await using server = await startRawServer(behaviour(({ stream }) => stream.session?.destroy()));
    const transport = openFor(way, { endpoint: server.address });
    expect(await failureOf(transport, way)).toMatchObject(lost);
    await transport.close();
    await server.idle();
  });
});
