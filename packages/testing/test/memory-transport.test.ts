import { afterAll } from "vitest";
import { createMemoryTransport, createStandardModels, type MemoryTransport } from "../src/index.ts";
import { testTransport } from "../src/conformance.ts";

const opened: MemoryTransport[] = [];

afterAll(async () => {
  await Promise.all(opened.map((transport) => transport.close()));
});

testTransport({
  name: "memory",
  async open() {
    const transport = createMemoryTransport({ models: createStandardModels() });
    opened.push(transport);
    return transport;
  },
  streams: true,
  received: () => opened[0]?.host.received ?? [],
});
