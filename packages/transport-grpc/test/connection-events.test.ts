import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createStandardModels, startV2GrpcServer } from "@nereid/testing";
import { expect, it } from "vitest";
import { createGrpcTransport } from "../src/index.ts";

const call = { signal: new AbortController().signal, headers: {}, attempt: 1 };

it("publishes connections on a diagnostics channel, and logs those to its own address", async () => {
  const events: unknown[] = [];
  const lines: string[] = [];
  const listen = (message: unknown): void => void events.push(message);
  subscribe("nereid:grpc:connection", listen);
  const refuse = (): void => {
    throw new Error("expected debug");
  };
  const debug = (line: string): void => void lines.push(line);
  await using server = await startV2GrpcServer({ models: createStandardModels() });
  await using other = await startV2GrpcServer({ models: createStandardModels() });
  const logger = { debug, info: refuse, warn: refuse, error: refuse };
  const transport = createGrpcTransport({ endpoint: server.url, logger });
  const quiet = createGrpcTransport({ endpoint: other.url });
  for (const one of [transport, quiet]) await one.ready({ name: "echo_fp32" }, call);
  await transport.close();
  await quiet.close();
  unsubscribe("nereid:grpc:connection", listen);
  const states = ["connected", "disconnected"];
  const of = ({ url: address }: { readonly url: string }) =>
    events.filter((event) => Reflect.get(Object(event), "address") === address);
  for (const one of [server, other]) {
    expect(of(one)).toEqual(states.map((state) => ({ address: one.url, state })));
  }
  expect(lines).toEqual(states.map((state) => `connection to ${server.url}: ${state}`));
});

it("says so when a server goes away", async () => {
  const lines: string[] = [];
  const debug = (line: string): void => void lines.push(line);
  const logger = { debug, info: debug, warn: debug, error: debug };
  const server = await startV2GrpcServer({ models: createStandardModels() });
  await using transport = createGrpcTransport({ endpoint: server.url, logger });
  await transport.ready({ name: "echo_fp32" }, call);
  await server.close();
  await transport.ready({ name: "echo_fp32" }, call).catch(() => undefined);
  expect(lines.slice(0, 2)).toEqual([
    `connection to ${server.url}: connected`,
    `connection to ${server.url}: disconnected`,
  ]);
});
