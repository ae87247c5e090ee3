import { createStandardModels, startV2Server } from "../src/index.ts";
import { testTransport } from "../src/conformance.ts";
import { createNodeTransport } from "./node-transport.fixture.ts";

const server = await startV2Server({ models: createStandardModels() });

testTransport({
  name: "node:http to the V2 server",
  open: async () => createNodeTransport(server.url),
  close: () => server.close(),
  received: () => server.host.received,
  failNext: (fault) => server.failNext(fault),
});
