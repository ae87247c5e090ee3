import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { AnswerHandler } from "./answer-handler.ts";
import { currentTurn } from "./turn.ts";
import { createWire, type Wire } from "./wire.ts";

/** A wire to a server that hears and says nothing: what is read is put into the socket's mouth. */
async function setUp() {
  const server = createServer((peer) => peer.on("error", () => undefined).resume());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  await once(socket, "connect");
  const wire = createWire(socket, 60_000);
  return {
    wire,
    socket,
    hear: (text: string) => socket.emit("data", Buffer.from(text, "latin1")),
    async [Symbol.asyncDispose]() {
      wire.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function send(wire: Wire, told: string[]): void {
  const handler: AnswerHandler = {
    onSent: () => void told.push("sent"),
    onHead: (status) => void told.push(String(status)),
    onData: (piece) => void told.push(`${piece.byteLength} bytes`),
    onEnd(reusable) {
      told.push(reusable ? "end" : "last end");
      if (wire.readIn === currentTurn()) told.push("all is read");
    },
    onError: ({ message }) => void told.push(message),
  };
  wire.send({ head: "GET / HTTP/1.1\r\n\r\n", body: undefined, handler });
}

function answerOf(bytes: number): string {
  const head = (length: number): string => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`;
  const bodyBytes = bytes - head(bytes).length;
  return head(bodyBytes) + "x".repeat(bodyBytes);
}

describe("a wire", () => {
  it("knows in which turn everything was read", async () => {
    await using it = await setUp();
    const told: string[] = [];
    send(it.wire, told);
    await nextTurn();
    it.hear(answerOf(1000));
    expect(told).toEqual(["sent"]);
    await nextTurn();
    expect(told).toEqual(["sent", "200", "959 bytes", "end", "all is read"]);
    expect(it.wire.readIn).toBeLessThan(currentTurn());
  });

  it("does not know it behind a read that was full, where more may have come", async () => {
    await using it = await setUp();
    send(it.wire, []);
    it.hear(answerOf(64 * 1024));
    expect(it.wire.readIn).toBe(-1);
  });

  it("does not know it behind a pause, while nothing was read", async () => {
    await using it = await setUp();
    send(it.wire, []);
    it.wire.pause();
    it.hear(answerOf(100));
    await nextTurn();
    expect(it.wire.readIn).toBe(-1);
    expect(it.socket.isPaused()).toBe(false);
    const told: string[] = [];
    send(it.wire, told);
    await nextTurn();
    it.hear(answerOf(100));
    await nextTurn();
    expect(told).toContain("all is read");
  });

  it.each(["HTTP/1.1 2", answerOf(100).slice(0, -1)])(
    "tells that the server has closed before the answer's end",
    async (text) => {
      await using it = await setUp();
      const told: string[] = [];
      send(it.wire, told);
      it.hear(text);
      it.socket.emit("end");
      expect(told.at(-1)).toBe("expected the answer's end, found the connection's");
      expect(told.filter((what) => what.endsWith("end"))).toEqual([]);
      expect(it.wire.isOpen).toBe(false);
    },
  );
});
