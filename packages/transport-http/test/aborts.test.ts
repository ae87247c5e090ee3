import { describe, expect, it } from "vitest";
import { createHttpTransport, type HttpTransport } from "../src/index.ts";
import {
  callWith,
  closed,
  goodAnswer,
  request,
  startWireServer,
  type Script,
} from "./wire-server.fixture.ts";

const reason = new Error("the caller's own reason");

/** Settles with what an inference throws. */
function failing(transport: HttpTransport, signal: AbortSignal): Promise<unknown> {
  return transport.infer(request, callWith(signal)).then(
    () => undefined,
    (caught: unknown) => caught,
  );
}

const phases: readonly { readonly name: string; readonly script: Script }[] = [
  { name: "before the answer", script: () => undefined },
  { name: "inside the headers", script: (socket) => socket.write("HTTP/1.1 200 OK\r\nX-S") },
  {
    name: "inside the body",
    script: (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"),
  },
];

describe("an abort", () => {
  it.each(phases)(
    "$name rejects with the reason as it is and closes the socket",
    async ({ script }) => {
      await using server = await startWireServer(script);
      await using transport = createHttpTransport({ endpoint: server.url, binaryData: true });
      const controller = new AbortController();
      const failed = failing(transport, controller.signal);
      await server.received(1);
      controller.abort(reason);
      expect(await failed).toBe(reason);
      expect(transport.poolStats).toEqual({ idle: 0, active: 0, queued: 0, total: 0 });
      await closed(server.sockets[0]);
    },
  );

  it("before the call sends nothing", async () => {
    await using server = await startWireServer(() => undefined);
    await using transport = createHttpTransport({ endpoint: server.url, binaryData: true });
    expect(await failing(transport, AbortSignal.abort(reason))).toBe(reason);
    expect(server.sockets).toHaveLength(0);
  });

  it("while connecting ends the attempt", async () => {
    await using server = await startWireServer(() => undefined);
    const controller = new AbortController();
    await using transport = createHttpTransport({
      endpoint: server.url.replace("127.0.0.1", "model.invalid"),
      binaryData: true,
      // The name is never found; the abort comes while it is looked up.
      lookup: () => controller.abort(reason),
    });
    expect(await failing(transport, controller.signal)).toBe(reason);
    expect(transport.poolStats.total).toBe(0);
  });

  it("during the TLS handshake closes the socket", async () => {
    await using silent = await startWireServer(() => undefined);
    await using transport = createHttpTransport({
      endpoint: silent.url.replace("http:", "https:"),
      binaryData: true,
    });
    const controller = new AbortController();
    const failed = failing(transport, controller.signal);
    await silent.connected();
    controller.abort(reason);
    expect(await failed).toBe(reason);
    await closed(silent.sockets[0]);
  });

  it("in the queue takes the request out of it, and the others go on", async () => {
    const held: (() => void)[] = [];
    await using server = await startWireServer((socket, received) => {
      held.push(() => socket.write(goodAnswer(received)));
    });
    await using transport = createHttpTransport({
      endpoint: server.url,
      binaryData: true,
      connectionPoolMaxTotal: 1,
      connectionPoolMaxIdle: 1,
    });
    const controller = new AbortController();
    const first = transport.infer(request, callWith());
    const second = failing(transport, controller.signal);
    const third = transport.infer(request, callWith());
    expect(transport.poolStats).toEqual({ idle: 0, active: 1, queued: 2, total: 1 });
    controller.abort(reason);
    expect(await second).toBe(reason);
    expect(transport.poolStats.queued).toBe(1);
    await server.received(1);
    held[0]?.();
    await first;
    await server.received(2);
    held[1]?.();
    await third;
    expect(server.requests).toHaveLength(2);
    expect(server.sockets).toHaveLength(1);
  });

  it("leaves no listener on a signal that lives longer", async () => {
    await using server = await startWireServer((socket, received) =>
      socket.write(goodAnswer(received)),
    );
    await using transport = createHttpTransport({ endpoint: server.url, binaryData: true });
    const { signal } = new AbortController();
    let listeners = 0;
    const counted = new Proxy(signal, {
      get(target, key) {
        if (key === "addEventListener") listeners += 1;
        if (key === "removeEventListener") listeners -= 1;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    await transport.infer(request, callWith(counted));
    expect(listeners).toBe(0);
  });
});
