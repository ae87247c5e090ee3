import { inspect } from "node:util";
import { createModel, float32, type LayerEvent } from "@nereid/core";
import { createStandardModels, startV2GrpcServer } from "@nereid/testing";
import { describe, expect, it } from "vitest";
import { createGrpcTransport } from "../src/index.ts";
import type { Exchange } from "./exchange.fixture.ts";
import { startRawServer } from "./raw-server.fixture.ts";
import { failureOf, openFor, ways } from "./ways.fixture.ts";

const canary = "canary-5b1e77d0";
const secrets = { authToken: canary, customHeaders: { "x-key": `${canary}-key` } };

/** Everything that a person or a log may see of a thing. */
function everythingOf(thing: unknown): string {
  const own = thing instanceof Error ? [thing.message, thing.stack, JSON.stringify(thing)] : [];
  return [inspect(thing, { depth: 20, showHidden: true }), String(thing), ...own].join("\n");
}

type Answer = (exchange: Exchange, quoted: string) => void;

const codes = [1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 14, 15, 16, 99];

/** Servers that quote the credentials that they were sent, wherever a text of theirs can stand. */
const quoting: readonly (readonly [string, Answer])[] = [
  ...codes.map((code): [string, Answer] => [
    `code ${code}`,
    (exchange, quoted) => exchange.end(code, `refused ${quoted}`),
  ]),
  ["words of grpc-js", (exchange, quoted) => exchange.end(13, `Received RST_STREAM ${quoted}`)],
  ["no code", (exchange, quoted) => exchange.end(quoted, quoted)],
  [
    "a page",
    ({ stream }, quoted) => {
      stream.respond({ ":status": 502, "content-type": "text/html" });
      stream.end(quoted);
    },
  ],
  [
    "a redirect",
    ({ stream }, quoted) => {
      stream.respond({ ":status": 307, location: `/?${quoted}` }, { endStream: true });
    },
  ],
  ["another id", (exchange, quoted) => exchange.write(exchange.frame(quoted))],
  ["no message", (exchange, quoted) => exchange.write(Buffer.from(`\0\0\0\0\x0f${quoted}`))],
];

const credentialsIn = ({ headers }: Exchange): string =>
  String(headers.authorization).replace("Bearer ", "");

describe.each(ways)("credentials (%s)", (way) => {
  it.each(quoting)(
    "are in nothing that a server causes that answers with %s",
    async (_what, answer) => {
      const printed: string[] = [];
      await using server = await startRawServer({
        onRequest(exchange) {
          answer(exchange, credentialsIn(exchange));
          if (!exchange.stream.writableEnded) exchange.end(0);
        },
      });
      await using transport = openFor(way, {
        endpoint: server.address,
        log: (line) => printed.push(line),
        ...secrets,
      });
      const failed = await failureOf(transport, way);
      expect(server.requests[0]?.headers.authorization).toContain(canary);
      expect(failed).toBeInstanceOf(Error);
      expect(everythingOf(failed)).not.toContain(canary);
      expect(everythingOf(transport)).not.toContain(canary);
      expect(printed).toEqual([]);
    },
  );
});

describe("credentials", () => {
  it("are in nothing that is observed, nor in dead letters, nor in the model", async () => {
    const seen: unknown[] = [];
    await using server = await startV2GrpcServer({
      models: createStandardModels(),
      faults: ({ path, headers }) =>
        path.endsWith("/ModelInfer")
          ? { kind: "status", status: 500, text: `refused ${String(headers["authorization"])}` }
          : undefined,
    });
    await using model = await createModel({
      transport: createGrpcTransport({ endpoint: server.url, ...secrets }),
      model: "poison",
      inputs: { IN: float32() },
      outputs: { OUT: float32() },
      maxRetries: 1,
      retryInitialBackoff: 1,
      onError: "dead-letter",
      onDeadLetter: (letter) => void seen.push(letter),
      observe: (event: LayerEvent) => void seen.push(event),
    });
    for await (const settled of model.settleAll([{ IN: 1 }])) seen.push(settled);
    seen.push(model);
    expect(seen.length).toBeGreaterThanOrEqual(6);
    const everything = seen.map(everythingOf).join("\n");
    expect(everything).toContain("refused Bearer [redacted]");
    expect(everything).not.toContain(canary);
  });
});
