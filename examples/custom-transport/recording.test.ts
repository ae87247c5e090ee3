import { createStandardModels, startV2Server } from "@nereid/testing";
import { testTransport } from "@nereid/testing/conformance";
import { createHttpTransport } from "@nereid/transport-http";
import { expect, it } from "vitest";
import { recording, type Exchange } from "./recording.ts";

const server = await startV2Server({ models: createStandardModels() });
const exchanges: Exchange[] = [];
const open = async (): Promise<ReturnType<typeof recording>> =>
  recording(createHttpTransport({ endpoint: server.url }), (exchange) => exchanges.push(exchange));

// Whatever holds for HTTP holds for it.
testTransport({
  name: "recorded HTTP",
  open,
  close: () => server.close(),
  received: () => server.host.received,
  failNext: (fault) => server.failNext(fault),
});

it("has written down answers and errors", () => {
  expect(exchanges.some(({ response }) => response !== undefined)).toBe(true);
  expect(exchanges.some(({ error }) => error !== undefined)).toBe(true);
});
