import { createStandardModels, startV2Server } from "@nereid/testing";
import { testTransport } from "@nereid/testing/conformance";
import { createHttpTransport } from "../src/index.ts";

const server = await startV2Server({ models: createStandardModels() });

testTransport({
  name: "http",
  streams: true,
  open: async () => createHttpTransport({ endpoint: server.url }),
  close: () => server.close(),
  received: () => server.host.received,
  failNext: (fault) => server.failNext(fault),
});
