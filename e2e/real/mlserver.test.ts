import { testTransport } from "@nereid/testing/conformance";
import { createHttpTransport } from "@nereid/transport-http";
import { requireServer } from "../servers/state.ts";
import { skipped } from "./profiles.ts";

testTransport({
  name: "http to MLServer",
  open: async () => createHttpTransport({ endpoint: requireServer("mlserver").http }),
  skip: skipped("mlserver"),
});
