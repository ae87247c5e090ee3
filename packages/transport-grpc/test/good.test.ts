import { expect, it } from "vitest";
import { startRawServer } from "./raw-server.fixture.ts";
import { ask, openFor, ways } from "./ways.fixture.ts";

it.each(ways)("a good answer arrives (%s), and nothing is open after close", async (way) => {
  await using server = await startRawServer();
  const transport = openFor(way, { endpoint: server.address });
  expect(await ask(transport, way)).toEqual(Float32Array.of(1, 2.5));
  await transport.close();
  await server.idle();
});
