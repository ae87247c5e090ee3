import { createModel, float32, type Transport } from "@nereid/core";
import {
  createStandardModels,
  startV2GrpcServer,
  startV2Server,
  type EndOfTurn,
} from "@nereid/testing";
import { createGrpcTransport } from "@nereid/transport-grpc";
import { createHttpTransport } from "@nereid/transport-http";
import { expect, it } from "vitest";

const protocols = [
  {
    name: "HTTP",
    start: startV2Server,
    connect: (endpoint: string) => createHttpTransport({ endpoint }),
  },
  {
    name: "gRPC",
    start: startV2GrpcServer,
    connect: (endpoint: string) => createGrpcTransport({ endpoint }),
  },
];

/** A server that waits until two requests can share a batch, and executes later ones as they come. */
async function startBatchingServer(start: (typeof protocols)[number]["start"]) {
  let together = 2;
  const atEnd: EndOfTurn = (execute) => {
    const look = (): void => {
      if (server.host.received.length < together) setImmediate(look);
      else execute();
    };
    look();
  };
  const server = await start({ models: createStandardModels(), atEnd });
  return { server, serveAlone: () => (together = 0) };
}

const openModel = (transport: Transport, random: () => number) =>
  createModel({
    transport,
    model: "poison",
    inputs: { IN: float32() },
    outputs: { OUT: float32() },
    maxRetries: 1,
    retryInitialBackoff: 20,
    random,
  });

it.each(protocols)(
  "a lone retry over $name tells a bad record from one that was beside it in the server's batch",
  async ({ start, connect }) => {
    const { server, serveAlone } = await startBatchingServer(start);
    await using _server = server;
    await using good = await openModel(connect(server.url), () => 0);
    await using bad = await openModel(connect(server.url), () => 1);
    const outcomes = Promise.allSettled([good.predict({ IN: 1 }), bad.predict({ IN: -1 })]);
    while (server.host.ledger.length === 0) await new Promise((resolve) => setImmediate(resolve));
    serveAlone();
    await expect(outcomes).resolves.toMatchObject([
      { status: "fulfilled" },
      { status: "rejected", reason: { code: "server", outcome: "internal" } },
    ]);
    expect(server.host.received).toHaveLength(4);
  },
);
