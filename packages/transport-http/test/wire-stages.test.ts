import { once } from "node:events";
import { createServer, Socket, type AddressInfo } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createTensor, type InferenceRequest } from "@nereid/core/transport-kit";
import { createServer as createTlsServer } from "node:tls";
import { describe, expect, it } from "vitest";
import { openConnection, type Connector } from "../src/connection.ts";
import { createHttpTransport } from "../src/index.ts";
import { ask, open } from "./wire-connection.fixture.ts";
import {
  callWith,
  certificate,
  closed,
  goodAnswer,
  request,
  startWireServer,
} from "./wire-server.fixture.ts";

const reason = new Error("the caller's own reason");
/** More than the kernel takes of a request that nobody reads. */
const large: InferenceRequest = {
  model: { name: "m" },
  inputs: [createTensor("x", "FP32", [8_000_000], new Float32Array(8_000_000))],
};

/** Reads the beginning of each request and no more, and answers as told. */
async function startStingyServer(answer: string, scheme = "http") {
  const sockets: Socket[] = [];
  const accept = (socket: Socket): void => {
    sockets.push(socket.on("error", () => undefined));
    socket.once("data", () => {
      socket.pause();
      socket.write(answer);
    });
  };
  const server = scheme === "http" ? createServer(accept) : createTlsServer(certificate, accept);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("an answer that comes before the whole request has left", () => {
  it.each([
    [413, "http", "server"],
    [200, "http", "decode"],
    [413, "https", "server"],
  ])("of %i over %s is told, and its socket is not used again", async (status, scheme, code) => {
    const answer = `HTTP/1.1 ${status} Words\r\nContent-Length: 2\r\n\r\n{}`;
    await using server = await startStingyServer(answer, scheme);
    const options = { endpoint: server.url, binaryData: true, tlsInsecure: true };
    await using transport = createHttpTransport({ ...options, log: () => undefined });
    for (const count of [1, 2]) {
      await expect(transport.infer(large, callWith())).rejects.toMatchObject({ code });
      // TLS cannot tell at once whether all has left.
      for (let turn = 0; turn < (scheme === "https" ? 4 : 0); turn += 1) await nextTurn();
      expect(transport.poolStats).toEqual({ idle: 0, active: 0, queued: 0, total: 0 });
      expect(server.sockets).toHaveLength(count);
    }
  });
});

describe("an abort", () => {
  it("while a large request leaves closes the socket", async () => {
    await using server = await startStingyServer("");
    await using transport = createHttpTransport({ endpoint: server.url, binaryData: true });
    const controller = new AbortController();
    const failed = transport.infer(large, callWith(controller.signal));
    while (!server.sockets[0]?.isPaused()) await nextTurn();
    controller.abort(reason);
    await expect(failed).rejects.toBe(reason);
    expect(transport.poolStats).toEqual({ idle: 0, active: 0, queued: 0, total: 0 });
    server.sockets[0]?.resume();
    await closed(server.sockets[0]);
  });

  it("while an idle socket is read once more sends nothing over it", async () => {
    await using server = await startWireServer((socket, received) =>
      socket.write(goodAnswer(received)),
    );
    await using transport = createHttpTransport({ endpoint: server.url, binaryData: true });
    await transport.infer(request, callWith());
    await nextTurn();
    const controller = new AbortController();
    const failed = transport.infer(request, callWith(controller.signal));
    expect(transport.poolStats.active).toBe(1);
    controller.abort(reason);
    await expect(failed).rejects.toBe(reason);
    await closed(server.sockets[0]);
    expect(server.requests).toHaveLength(1);
    await transport.infer(request, callWith());
    expect([server.sockets.length, server.requests.length]).toEqual([2, 2]);
  });
});

describe("an end", () => {
  it.each([
    ["before it is dialled", 0],
    ["while it is dialled", 1],
  ])("of a connection %s leaves no socket and tells nobody", async (_when, turns) => {
    await using server = await startWireServer(() => undefined);
    const opened = open(server.url);
    let told = 0;
    const tell = (): void => void (told += 1);
    void ask(opened, {}, { onSent: tell, onError: tell });
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    await opened.connection.destroy();
    await Promise.all(server.sockets.map(closed));
    expect([told, opened.sockets.length, server.requests.length]).toEqual([0, 0, 0]);
  });

  it("of a connection closes the socket that its connector brings behind it", async () => {
    await using server = await startWireServer(() => undefined);
    const late = new Socket().connect(server.port, "127.0.0.1");
    await once(late, "connect");
    let bring = (): void => undefined;
    const connect: Connector = (_address, callback) => {
      bring = () => callback(null, late);
    };
    const settings = { origin: server.url, keepAliveMs: 86_400_000, connect };
    const connection = openConnection(settings, () => undefined);
    void ask({ connection });
    await connection.destroy();
    bring();
    await closed(late);
    expect(server.requests).toHaveLength(0);
  });

  it.each(["http", "https"])(
    "of a connection over %s takes its listeners along",
    async (scheme) => {
      await using server = await startWireServer((socket) => socket.write("HTTP/1.1 200"), {
        tls: scheme === "https",
      });
      const opened = open(server.url);
      void ask(opened);
      await server.received(1);
      await opened.connection.destroy();
      expect(
        opened.sockets.map(({ destroyed, closed: isClosed }) => [destroyed, isClosed]),
      ).toEqual([[true, true]]);
      await closed(server.sockets[0]);
    },
  );
});

describe("a fault of whoever takes the answer", () => {
  it("ends the exchange and its connection, and not the process", async () => {
    await using server = await startWireServer((socket, received) =>
      socket.write(goodAnswer(received)),
    );
    await using opened = open(server.url);
    const onHead = (): void => {
      throw new RangeError("Array buffer allocation failed");
    };
    await expect(ask(opened, {}, { onHead })).rejects.toThrow(RangeError);
    await closed(opened.sockets[0]);
  });
});

describe("an address", () => {
  it.each([
    ["http://[::1]:8000", "::1", "[::1]:8000", "8000"],
    ["https://[2001:db8::7]", "2001:db8::7", "[2001:db8::7]", ""],
    ["http://10.1.2.3", "10.1.2.3", "10.1.2.3", ""],
    ["http://Models.Example:80", "models.example", "models.example", ""],
    ["https://models.example:8443", "models.example", "models.example:8443", "8443"],
  ])("like %s is dialled as %s, and asked for as %s", async (origin, hostname, host, port) => {
    await using server = await startWireServer((socket, received) =>
      socket.write(goodAnswer(received)),
    );
    const dialled: unknown[] = [];
    await using transport = createHttpTransport({
      endpoint: origin,
      binaryData: true,
      connect: (address, callback) => {
        dialled.push([address.hostname, address.host, address.port]);
        const socket = new Socket().connect(server.port, "127.0.0.1");
        socket.once("connect", () => callback(null, socket));
      },
    });
    await transport.infer(request, callWith());
    expect(dialled).toEqual([[hostname, host, port]]);
    expect(server.requests[0]?.head).toContain(`\r\nhost: ${host}\r\n`);
  });
});
