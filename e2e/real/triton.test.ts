import { testTransport } from "@nereid/testing/conformance";
import { createHttpTransport } from "@nereid/transport-http";
import { requireServer } from "../servers/state.ts";
import { skipped } from "./profiles.ts";

testTransport({
  name: "http to Triton",
  open: async () => createHttpTransport({ endpoint: requireServer("triton").http }),
  skip: skipped("triton"),
});
