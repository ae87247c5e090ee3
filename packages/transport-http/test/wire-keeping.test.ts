import { stat } from "node:fs";
import type { Socket } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ask, open, type Told } from "./wire-connection.fixture.ts";
import { closed, httpAnswer, startWireServer, type Script } from "./wire-server.fixture.ts";

const good = httpAnswer(200, [], "good");
const stray = httpAnswer(200, [], "stray");
const answering: Script = (socket) => socket.write(good);

/** Where in a turn of the event loop a caller may ask. */
const phases: readonly (readonly [string, (callback: () => void) => void])[] = [
  ["a timer", (callback) => void setTimeout(callback, 0)],
  ["setImmediate", (callback) => void setImmediate(callback)],
  ["what was read", (callback) => stat(".", callback)],
  ["a promise behind what was read", (callback) => stat(".", () => queueMicrotask(callback))],
  ["a tick behind what was read", (callback) => stat(".", () => process.nextTick(callback))],
];

/** Asks in the same breath in which something happens to the idle socket. */
function askBehind(
  phase: (callback: () => void) => void,
  act: () => void,
  asking: () => Promise<Told>,
): Promise<Told> {
  return new Promise((resolve, reject) => {
    phase(() => {
      act();
      asking().then(resolve, reject);
    });
  });
}

describe("a socket that was idle", () => {
  it.each(phases)(
    "and that the server has closed is not written to by a request out of %s",
    async (_name, phase) => {
      await using server = await startWireServer(answering);
      await using opened = open(server.url);
      await ask(opened);
      await nextTurn();
      const hangUp = (): void => void server.sockets[0]?.destroy();
      const told = await askBehind(phase, hangUp, () => ask(opened));
      expect(told).toEqual({ status: 200, body: "good", reusable: true });
      expect([server.sockets.length, server.requests.length]).toEqual([2, 2]);
    },
  );

  it.each(phases)(
    "P12: gives nobody what it brought to a request out of %s",
    async (_name, phase) => {
      await using server = await startWireServer(answering);
      await using opened = open(server.url);
      await ask(opened);
      await nextTurn();
      const talk = (): void => void server.sockets[0]?.write(stray);
      const told = await askBehind(phase, talk, () => ask(opened));
      expect(told.body).toBe("good");
      expect([server.sockets.length, server.requests.length]).toEqual([2, 2]);
    },
  );

  it.each([
    ["a server that closed it long ago", (socket: Socket | undefined) => void socket?.end()],
    [
      "a server that reset it long ago",
      (socket: Socket | undefined) => void socket?.resetAndDestroy(),
    ],
    ["bytes that nobody asked for", (socket: Socket | undefined) => void socket?.write("x")],
  ])("is given up for %s", async (_what, act) => {
    await using server = await startWireServer(answering);
    await using opened = open(server.url);
    await ask(opened);
    act(server.sockets[0]);
    await closed(opened.sockets[0]);
    await closed(server.sockets[0]);
    expect((await ask(opened)).body).toBe("good");
    expect([server.sockets.length, server.requests.length]).toEqual([2, 2]);
  });

  it.each([
    ["timeout=0", false],
    ["timeout=1", false],
    ["timeout=2", false],
    ["timeout=3", true],
    ["timeout=60, max=5", true],
  ])("is kept behind Keep-Alive: %s: %s", async (value, kept) => {
    await using server = await startWireServer((socket) =>
      socket.write(httpAnswer(200, [`Keep-Alive: ${value}`], "good")),
    );
    await using opened = open(server.url);
    const first = await ask(opened);
    const second = await ask(opened);
    expect([first.reusable, second.body]).toEqual([kept, "good"]);
    expect(server.sockets).toHaveLength(kept ? 1 : 2);
  });

  it("grows old again behind an answer that took longer than its time", async () => {
    await using server = await startWireServer((socket) => socket.write(good.subarray(0, -4)));
    await using opened = open(server.url, 10);
    const outdated = new Promise<void>((resolve) => {
      const onHead = (): void => {
        opened.connection.pause();
        const [socket] = opened.sockets;
        socket?.on("timeout", () => {
          if (socket.readableLength > 0) resolve();
        });
        server.sockets[0]?.write("good");
      };
      void ask(opened, {}, { onHead });
    });
    await outdated;
    opened.connection.resume();
    await closed(opened.sockets[0]);
    await closed(server.sockets[0]);
  });
});

describe("a socket that is used again at once", () => {
  it.each(["http", "https"])("carries many requests over %s", async (scheme) => {
    await using server = await startWireServer(answering, { tls: scheme === "https" });
    await using opened = open(server.url);
    for (let time = 0; time < 5; time += 1) expect((await ask(opened)).body).toBe("good");
    expect([server.sockets.length, server.requests.length]).toEqual([1, 5]);
    const [socket] = opened.sockets;
    const listeners = ["data", "end", "error", "close", "timeout", "connect", "drain"] as const;
    const counts = listeners.map((name) => socket?.listenerCount(name));
    for (let time = 0; time < 5; time += 1) await ask(opened);
    expect(listeners.map((name) => socket?.listenerCount(name))).toEqual(counts);
  });

  it("over TLS is not used before the records are read that came with the answer", async () => {
    const headBytes = httpAnswer(200, [], "x".repeat(16_000)).byteLength - 16_000;
    const wholeRecord = httpAnswer(200, [], "x".repeat(16_384 - headBytes));
    await using server = await startWireServer(
      (socket) =>
        socket.write(server.requests.length === 1 ? Buffer.concat([wholeRecord, stray]) : good),
      { tls: true },
    );
    await using opened = open(server.url);
    const second = new Promise<Told>((resolve, reject) => {
      const onEnd = (): void => queueMicrotask(() => void ask(opened).then(resolve, reject));
      void ask(opened, {}, { onEnd });
    });
    expect((await second).body).toBe("good");
    expect(server.sockets).toHaveLength(2);
  });

  it("over TLS is used although it is told late that the request has left", async () => {
    await using server = await startWireServer(answering, { tls: true });
    await using opened = open(server.url);
    for (let time = 0; time < 3; time += 1) {
      const onHead = (): void => {
        let unsentBytes = 1;
        setImmediate(() => (unsentBytes = 0));
        const [socket] = opened.sockets;
        if (socket === undefined) throw new Error("expected a socket");
        Object.defineProperty(socket, "writableLength", {
          configurable: true,
          get: () => unsentBytes,
        });
      };
      expect((await ask(opened, {}, { onHead })).body).toBe("good");
    }
    expect(server.sockets).toHaveLength(1);
  });

  it("is not used while bytes are unread that came behind the answer while nothing was read", async () => {
    await using server = await startWireServer((socket) => {
      socket.write(server.requests.length === 1 ? good.subarray(0, -4) : good);
    });
    await using opened = open(server.url);
    const onHead = (): void => opened.connection.pause();
    const first = ask(opened, {}, { onHead });
    while (!opened.sockets[0]?.isPaused()) await nextTurn();
    const [socket] = opened.sockets;
    server.sockets[0]?.write("good");
    while (socket?.readableLength !== 4) await nextTurn();
    server.sockets[0]?.write(stray);
    while (socket.readableLength === 4) await nextTurn();
    opened.connection.resume();
    expect(await first).toEqual({ status: 200, body: "good", reusable: false });
    expect((await ask(opened)).body).toBe("good");
    expect(server.sockets).toHaveLength(2);
  });

  it("is used again behind an answer that was read with pauses", async () => {
    await using server = await startWireServer(answering);
    await using opened = open(server.url);
    for (let time = 0; time < 3; time += 1) {
      const told = ask(opened, {}, { onHead: () => opened.connection.pause() });
      expect(await told).toEqual({ status: 200, body: "good", reusable: true });
    }
    expect(server.sockets).toHaveLength(1);
  });
});

describe("a socket is not used again", () => {
  it.each([
    ["Connection: close", httpAnswer(200, ["Connection: close"], "good")],
    ["HTTP/1.0", Buffer.from("HTTP/1.0 200 OK\r\nContent-Length: 4\r\n\r\ngood")],
    ["Connection: close among others", httpAnswer(200, ["Connection: a, CLOSE"], "good")],
  ])("behind %s", async (_what, answer) => {
    await using server = await startWireServer((socket) => socket.write(answer));
    await using opened = open(server.url);
    expect(await ask(opened)).toEqual({ status: 200, body: "good", reusable: false });
    await closed(opened.sockets[0]);
    await ask(opened);
    expect([server.sockets.length, server.requests.length]).toEqual([2, 2]);
  });

  it("P12: behind an answer with something behind it", async () => {
    await using server = await startWireServer((socket) =>
      socket.write(Buffer.concat([good, stray])),
    );
    await using opened = open(server.url);
    for (const count of [1, 2]) {
      expect(await ask(opened)).toEqual({ status: 200, body: "good", reusable: false });
      expect(server.sockets).toHaveLength(count);
    }
  });

  it("behind an answer that ends with it", async () => {
    await using server = await startWireServer((socket) =>
      socket.end("HTTP/1.1 200 OK\r\n\r\ngood"),
    );
    await using opened = open(server.url);
    for (const count of [1, 2]) {
      expect(await ask(opened)).toEqual({ status: 200, body: "good", reusable: false });
      expect(server.sockets).toHaveLength(count);
    }
  });
});
