import { createStandardModels, startV2Server } from "@nereid/testing";
import { testTransport } from "@nereid/testing/conformance";
import { createToyTransport } from "./toy-transport.ts";

const server = await startV2Server({ models: createStandardModels() });

testTransport({
  name: "toy",
  open: async () => createToyTransport(server.url),
  close: () => server.close(),
  received: () => server.host.received,
  failNext: (fault) => server.failNext(fault),
});
