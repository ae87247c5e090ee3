import type { LookupOptions } from "node:dns";
import { describe, expect, it } from "vitest";
import { createHttpTransport } from "../src/index.ts";
import { callWith, goodAnswer, request, startWireServer } from "./wire-server.fixture.ts";

/** Ways to write the address of a machine that only the client can reach. */
const inside = [
  "169.254.169.254",
  "[::ffff:7f00:1]",
  "[::1]",
  "0x7f000001",
  "2130706433",
  "0177.0.0.1",
  "127.1",
  "localhost.",
  "metadata.google.internal",
  "127。0。0。1",
  "①②⑦.⓪.⓪.①",
];
const forms = (host: string): readonly string[] => [
  host,
  `http://${host}/`,
  `//${host}/`,
  `@${host}`,
  `x@${host}:80/`,
  `\\\\${host}\\`,
];
const attempts = inside.flatMap(forms);

/** A transport that tells of every host whose address is asked for. */
async function setUp() {
  const server = await startWireServer((socket, received) => socket.write(goodAnswer(received)));
  const hosts: string[] = [];
  const transport = createHttpTransport({
    endpoint: `http://models.example:${server.port}/prefix`,
    binaryData: true,
    lookup(host, options: LookupOptions, callback) {
      hosts.push(host);
      if (options.all === true) callback(null, [{ address: "127.0.0.1", family: 4 }]);
      else callback(null, "127.0.0.1", 4);
    },
  });
  return { server, transport, hosts };
}

describe("where requests go", () => {
  it("is decided by the endpoint, whatever models and sequences are called", async () => {
    const { server, transport, hosts } = await setUp();
    for (const name of attempts) {
      const call = callWith();
      await transport.infer({ ...request, model: { name } }, call).catch(() => undefined);
      const sequence = { id: name, start: true, end: false };
      await transport.infer({ ...request, sequence }, call).catch(() => undefined);
      await transport.metadata({ name, version: name }, call).catch(() => undefined);
    }
    expect(attempts.length).toBeGreaterThan(60);
    expect(new Set(hosts)).toEqual(new Set(["models.example"]));
    for (const { head } of server.requests) {
      expect(head).toMatch(/^(?:GET|POST) \/prefix\/v2\/models\/[^/]+/);
      expect(head.toLowerCase()).toContain(`host: models.example:${server.port}\r\n`);
    }
    await transport.close();
    await server[Symbol.asyncDispose]();
  });

  it("is decided by the address that is connected to, and not by one that was looked at before", async () => {
    await using server = await startWireServer((socket, received) =>
      socket.write(goodAnswer(received)),
    );
    let asked = 0;
    // A name that is harmless when it is checked and means the machine itself when it is used.
    await using transport = createHttpTransport({
      endpoint: `http://rebinding.example:${server.port}`,
      binaryData: true,
      connectionReuseEnabled: false,
      lookup(_host, _options, callback) {
        asked += 1;
        callback(Object.assign(new Error("a private address"), { code: "EACCES" }), "", 4);
      },
    });
    for (let time = 0; time < 3; time += 1) {
      await expect(transport.infer(request, callWith())).rejects.toMatchObject({
        delivery: "not-sent",
      });
    }
    expect([asked, server.sockets.length]).toEqual([3, 0]);
  });
});
