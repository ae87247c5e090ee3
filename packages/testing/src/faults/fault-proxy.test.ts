import { once } from "node:events";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createVirtualClock, type VirtualClock } from "../virtual-clock.ts";
import type { ConnectionFault } from "./connection-fault.ts";
import { parseTarget, startFaultProxy, type FaultProxy } from "./fault-proxy.ts";
import { dial, startEcho, type EchoServer } from "./tcp.fixture.ts";

let echo: EchoServer;
let proxy: FaultProxy;
let clock: VirtualClock;

const open = async (...faults: readonly ConnectionFault[]): Promise<ReturnType<typeof dial>> => {
  proxy.setScript([faults]);
  const client = dial(proxy.address);
  await once(client.socket, "connect");
  return client;
};
/** Moves time on until something has come true. */
const until = async (isTrue: () => boolean, stepMs = 0): Promise<void> => {
  while (!isTrue()) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    if (stepMs > 0 && clock.timers > 0) await clock.advance(stepMs);
  }
};

beforeEach(async () => {
  clock = createVirtualClock();
  echo = await startEcho();
  proxy = await startFaultProxy({ target: echo.address, clock, random: () => 0.5 });
});

afterEach(async () => {
  await proxy.close();
  await echo[Symbol.asyncDispose]();
});

it("carries bytes both ways, and the end of each side", async () => {
  const client = await open();
  client.socket.end("hello");
  expect(String(await client.arrived(5))).toBe("hello");
  expect([await client.ending, await echo.endings[0]]).toEqual(["end", "end"]);
  await until(() => proxy.open === 0);
  expect([proxy.connections, proxy.events]).toEqual([1, []]);
});

it("resets both sides in place of a byte, having delivered all before it", async () => {
  const client = await open({ kind: "reset", direction: "up", atByte: 3 });
  client.socket.write("hello");
  expect(await client.ending).toBe("ECONNRESET");
  expect(await echo.endings[0]).toBe("ECONNRESET");
  expect(String(echo.received[0])).toBe("hel");
  expect(proxy.events).toEqual([{ connection: 0, kind: "reset", direction: "up", atByte: 3 }]);
});

it("resets an answer at its first byte, when the server has had the whole request", async () => {
  const client = await open({ kind: "reset", direction: "down", atByte: 0 });
  client.socket.write("hello");
  expect(await client.ending).toBe("ECONNRESET");
  expect([String(echo.received[0]), client.chunks]).toEqual(["hello", []]);
});

it("closes one half while the other goes on", async () => {
  const client = await open({ kind: "half-close", direction: "down", atByte: 2 });
  client.socket.write("hello");
  expect(await client.ending).toBe("end");
  expect(String(Buffer.concat(client.chunks))).toBe("he");
  client.socket.write(" again");
  await until(() => String(echo.received[0]) === "hello again");
});

it("swallows bytes in a black hole, and nobody is told", async () => {
  const client = await open({ kind: "black-hole", direction: "up", atByte: 2 });
  client.socket.write("hello");
  expect(String(await client.arrived(2))).toBe("he");
  await until(() => proxy.events.length === 1);
  expect([client.socket.destroyed, proxy.open]).toEqual([false, 1]);
  client.socket.destroy();
  await until(() => proxy.open === 0);
});

it("stops reading in a stall, so that the sender's window closes", async () => {
  const client = await open({ kind: "stall", direction: "up", atByte: 0 });
  const chunk = Buffer.alloc(1 << 20);
  let written = 0;
  for (let left = 64; left > 0; left -= 1) client.socket.write(chunk, () => (written += 1));
  await until(() => proxy.events.length === 1);
  expect(written).toBeLessThan(64);
  expect(echo.received[0]).toHaveLength(0);
});

it("corrupts the bytes of a range, and no others", async () => {
  const client = await open({ kind: "corrupt", direction: "up", fromByte: 1, toByte: 3, mask: 1 });
  client.socket.write("aaaa");
  expect(String(await client.arrived(4))).toBe("a``a");
});

it("cuts bytes into pieces", async () => {
  const client = await open({ kind: "slice", direction: "down", maxBytes: 1 });
  client.socket.write("hello");
  expect(String(await client.arrived(5))).toBe("hello");
  expect(proxy.events).toHaveLength(1);
});

it("delays bytes by latency and half of the jitter", async () => {
  const client = await open({ kind: "latency", direction: "up", delayMs: 100, jitterMs: 10 });
  client.socket.write("hello");
  await until(() => clock.timers === 1);
  await clock.advance(104);
  expect(echo.received[0]).toHaveLength(0);
  await clock.advance(1);
  expect(String(await client.arrived(5))).toBe("hello");
});

it("lets bytes through at a rate", async () => {
  const client = await open({ kind: "bandwidth", direction: "up", bytesPerSecond: 20 });
  client.socket.write("hello");
  await until(() => echo.received[0]?.length === 5, 50);
  expect(clock.now()).toBe(250);
});

it.each([
  ["refuse", "ECONNRESET"],
  ["accept-and-close", "end"],
] as const)("treats a connection by %s without asking the target", async (kind, ending) => {
  proxy.setScript([[{ kind }]]);
  const client = dial(proxy.address);
  expect(await client.ending).toBe(ending);
  client.socket.destroy();
  expect(echo.received).toHaveLength(0);
  expect(proxy.events.map((event) => event.kind)).toEqual([kind]);
});

it("accepts in silence, and never answers", async () => {
  const client = await open({ kind: "silence" });
  client.socket.write("hello");
  await until(() => proxy.open === 1);
  expect([client.chunks, echo.received]).toEqual([[], []]);
});

it("asks a script for each connection, with the connection's number", async () => {
  proxy.setScript(({ index, random }) =>
    index === 1 && random() === 0.5 ? [{ kind: "refuse" }] : [],
  );
  const first = dial(proxy.address);
  await once(first.socket, "connect");
  const second = dial(proxy.address);
  expect(await second.ending).toBe("ECONNRESET");
  first.socket.end("x");
  expect(await first.ending).toBe("end");
});

it("adds faults to open connections, counting from the bytes delivered so far", async () => {
  const client = await open();
  client.socket.write("hello");
  await client.arrived(5);
  proxy.inject(
    { kind: "corrupt", direction: "down", fromByte: 1, toByte: 2, mask: 1 },
    { kind: "half-close", direction: "down", atByte: 3 },
  );
  client.socket.write("aaaaa");
  expect(await client.ending).toBe("end");
  expect(String(Buffer.concat(client.chunks))).toBe("helloa`a");
});

it("refuses connections while it is down, and takes them at the same address afterwards", async () => {
  const client = await open();
  await proxy.down();
  expect(await client.ending).toBe("ECONNRESET");
  expect(await dial(proxy.address).ending).toBe("ECONNREFUSED");
  await proxy.up();
  const again = await open();
  again.socket.end("x");
  expect(await again.ending).toBe("end");
});

it("resets its client when the target refuses", async () => {
  await echo[Symbol.asyncDispose]();
  expect(await dial(proxy.address).ending).toBe("ECONNRESET");
});

it("reads a target as a URL or as host and port, and shows itself in the same form", async () => {
  expect(parseTarget("http://h:80/v2")).toMatchObject({ host: "h", port: 80, path: "/v2" });
  expect(parseTarget("[::1]:80")).toMatchObject({ host: "::1", port: 80, scheme: undefined });
  expect(proxy.url).toBe(proxy.address);
  await using web = await startFaultProxy({ target: `http://${echo.address}` });
  expect(web.url).toBe(`http://${web.address}`);
  for (const target of ["", "h", "http://h", "http://u:p@h:1"])
    expect(() => parseTarget(target)).toThrow("target: expected a URL");
});
