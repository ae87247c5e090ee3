import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { expect, it } from "vitest";
import { createHttpTransport } from "../src/index.ts";
import { callWith, closed, goodAnswer, request, startWireServer } from "./wire-server.fixture.ts";

it("publishes connections on a diagnostics channel, and logs those to its own origin", async () => {
  const events: unknown[] = [];
  const lines: string[] = [];
  const listen = (message: unknown): void => void events.push(message);
  subscribe("nereid:http:connection", listen);
  const refuse = (): void => {
    throw new Error("expected debug");
  };
  const debug = (line: string): void => void lines.push(line);
  await using server = await startWireServer((socket, received) =>
    socket.write(goodAnswer(received)),
  );
  await using other = await startWireServer((socket, received) =>
    socket.write(goodAnswer(received)),
  );
  const transports = [
    createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      logger: { debug, info: refuse, warn: refuse, error: refuse },
    }),
    createHttpTransport({ endpoint: other.url, binaryData: true }),
  ];
  for (const transport of transports) {
    await transport.infer(request, callWith());
    await transport.close();
  }
  for (const { sockets } of [server, other]) await Promise.all(sockets.map(closed));
  unsubscribe("nereid:http:connection", listen);
  const both = (origin: string): readonly object[] =>
    ["connected", "disconnected"].map((state) => ({ origin, state }));
  expect(events).toEqual([...both(server.url), ...both(other.url)]);
  expect(lines).toEqual([
    `connection to ${server.url}: connected`,
    `connection to ${server.url}: disconnected`,
  ]);
});
