import { createModel, float32 } from "@nereid/core";
import { createStandardModels, startV2GrpcServer, type EndOfTurn } from "@nereid/testing";
import { expect, it } from "vitest";
import { createGrpcTransport } from "../src/index.ts";

/** A server that waits until two requests can share a batch, and executes later ones as they come. */
async function startBatchingServer() {
  let together = 2;
  const atEnd: EndOfTurn = (execute) => {
    const look = (): void => {
      if (server.host.received.length < together) setImmediate(look);
      else execute();
    };
    look();
  };
  const server = await startV2GrpcServer({ models: createStandardModels(), atEnd });
  return { server, serveAlone: () => (together = 0) };
}

const openModel = (endpoint: string, random: () => number) =>
  createModel({
    transport: createGrpcTransport({ endpoint }),
    model: "poison",
    inputs: { IN: float32() },
    outputs: { OUT: float32() },
    maxRetries: 1,
    retryInitialBackoff: 20,
    random,
  });

it("a lone retry over gRPC tells a bad record from one that was beside it in the server's batch", async () => {
  const { server, serveAlone } = await startBatchingServer();
  await using _server = server;
  await using good = await openModel(server.url, () => 0);
  await using bad = await openModel(server.url, () => 1);
  const outcomes = Promise.allSettled([good.predict({ IN: 1 }), bad.predict({ IN: -1 })]);
  while (server.host.ledger.length === 0) await new Promise((resolve) => setImmediate(resolve));
  serveAlone();
  await expect(outcomes).resolves.toMatchObject([
    { status: "fulfilled" },
    { status: "rejected", reason: { code: "server", outcome: "internal" } },
  ]);
  expect(server.host.received).toHaveLength(4);
});
