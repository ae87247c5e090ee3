import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { goodAnswer, startWireServer } from "./wire-server.fixture.ts";

/** Tells what keeps the process alive while it asks and when it has its answer, and closes nothing. */
const script = `
  import { createTensor } from "@nereid/core/transport-kit";
  import { createHttpTransport } from "@nereid/transport-http";
  const [, endpoint] = process.argv;
  const log = () => undefined;
  const options = { endpoint, tlsInsecure: endpoint.startsWith("https:"), log };
  const transport = createHttpTransport({ ...options, binaryData: true, connectionPoolKeepAlive: 86400000 });
  const inputs = [createTensor("x", "FP32", [2], Float32Array.of(1, 2.5))];
  const call = () => ({ signal: new AbortController().signal, headers: {}, attempt: 1 });
  const ask = () => transport.infer({ model: { name: "m" }, inputs }, call());
  const holding = () => process.getActiveResourcesInfo().filter((name) => name.includes("TCP")).length;
  await Promise.all([ask(), ask()]);
  const idle = holding();
  const again = ask();
  while (holding() === idle) await new Promise((resolve) => setImmediate(resolve));
  console.log(JSON.stringify({ idle, busy: holding() }));
  await again;
  console.log(JSON.stringify(transport.poolStats));
`;

describe("a process", () => {
  it.each(["http", "https"])(
    "over %s is kept alive by a request under way, and not by idle sockets",
    async (scheme) => {
      let answer = (): void => undefined;
      await using server = await startWireServer(
        (socket, received) => {
          answer = () => socket.write(goodAnswer(received));
          if (server.requests.length < 3) answer();
        },
        { tls: scheme === "https" },
      );
      const child = spawn(
        process.execPath,
        ["--conditions=@nereid/source", "--input-type=module", "-e", script, server.url],
        { cwd: fileURLToPath(new URL("..", import.meta.url)), timeout: 30_000 },
      );
      const ended = once(child, "exit");
      const errors = text(child.stderr);
      const told: unknown[] = [];
      for await (const line of createInterface(child.stdout)) {
        if (told.push(JSON.parse(line)) > 1) continue;
        await server.received(3);
        answer();
      }
      expect(await errors).toBe("");
      expect(told).toEqual([
        { idle: 0, busy: 1 },
        { idle: 2, active: 0, queued: 0, total: 2 },
      ]);
      expect(await ended).toEqual([0, null]);
    },
  );
});
