import { createStandardModels, startV2Server } from "@nereid/testing";
import { testTransport } from "@nereid/testing/conformance";
import { createHttpTransport } from "../src/index.ts";

const server = await startV2Server({ models: createStandardModels() });
const { port } = new URL(server.url);

testTransport({
  name: "http, two endpoints",
  streams: true,
  open: async () =>
    createHttpTransport({
      endpoint: [`http://one.test:${port}`, `http://two.test:${port}`],
      // Two names of one server, for the suite looks at what one server was asked.
      lookup: (_, __, done) => done(null, [{ address: "127.0.0.1", family: 4 }]),
    }),
  close: () => server.close(),
  received: () => server.host.received,
  failNext: (fault) => server.failNext(fault),
});
