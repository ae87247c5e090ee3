import { createMemoryTransport, createStandardModels } from "../src/index.ts";
import { testTransport } from "../src/conformance.ts";

testTransport({
  name: "memory",
  open: async () => createMemoryTransport({ models: createStandardModels() }),
});
