import { lookup as systemLookup, type LookupOptions } from "node:dns";
import { createModel, float32 } from "@nereid/core";
import { createStandardModels, startV2Server } from "@nereid/testing";
import { describe, expect, it } from "vitest";
import { createHttpTransport } from "../src/index.ts";

/** A model whose transport asks for an address before each exchange, and may never hear one. */
async function openModel(serverUrl: string) {
  const { port } = new URL(serverUrl);
  const asked = Promise.withResolvers<void>();
  let isSilent = false;
  const transport = createHttpTransport({
    endpoint: `http://localhost:${port}`,
    connectionReuseEnabled: false,
    lookup(host, options: LookupOptions, callback) {
      if (isSilent) asked.resolve();
      else systemLookup(host, { ...options, family: 4 }, callback);
    },
  });
  const model = await createModel({
    transport,
    model: "poison",
    inputs: { IN: float32() },
    outputs: { OUT: float32() },
  });
  return { model, asked: asked.promise, silence: (): void => void (isSilent = true) };
}

describe("a model that is closed with force", () => {
  it("P9: ends at once while a connection is being made", async () => {
    await using server = await startV2Server({ models: createStandardModels() });
    const { model, asked, silence } = await openModel(server.url);
    silence();
    const lost = expect(model.predict({ IN: 1 })).rejects.toMatchObject({ code: "closed" });
    await asked;
    const closing = model.close();
    await model.close({ force: true });
    await Promise.all([closing, lost]);
  });

  it("P9: ends at once while a server is silent", async () => {
    await using server = await startV2Server({ models: createStandardModels() });
    const { model } = await openModel(server.url);
    const reached = Promise.withResolvers<void>();
    server.setFaults(() => {
      reached.resolve();
      return { kind: "hang" };
    });
    const rows = model.predictAll([{ IN: 1 }, { IN: 2 }]);
    const ended = expect(rows.next()).rejects.toMatchObject({ code: "closed" });
    await reached.promise;
    await model.close({ force: true });
    await ended;
  });
});
