import { expect, it } from "vitest";
import { createGrpcTransport } from "../src/index.ts";

it.each([
  ["grpc://One.example:9001, grpcs://two.example:443", [9001, 443], ["one.example", "two.example"]],
  ["dns:///three.example", [443], ["three.example"]],
  ["unix:/run/triton.sock", [undefined], ["/run/triton.sock"]],
])("tells the servers that %s names", async (endpoint, ports, addresses) => {
  await using transport = createGrpcTransport({ endpoint });
  const { servers, pool } = transport.report();
  expect(servers.map(({ address }) => address)).toEqual(addresses);
  expect(servers.map(({ port }) => port)).toEqual(ports);
  expect(pool).toEqual({ idle: 0, active: 0, queued: 0, total: 0 });
});
