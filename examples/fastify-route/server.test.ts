import { createMemoryTransport, createStandardModels } from "@nereid/testing";
import { afterEach, expect, it } from "vitest";
import { createServer } from "./server.ts";

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server.close();
});

async function start(): Promise<{
  readonly transport: ReturnType<typeof createMemoryTransport>;
  readonly server: Awaited<ReturnType<typeof createServer>>;
  readonly post: (IN: unknown) => Promise<{ readonly status: number; readonly body: unknown }>;
}> {
  const transport = createMemoryTransport({ models: createStandardModels() });
  const server = await createServer(transport);
  opened.push(server);
  const url = await server.listen({ port: 0, host: "127.0.0.1" });
  const post = async (
    IN: unknown,
  ): Promise<{ readonly status: number; readonly body: unknown }> => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ IN });
    const answer = await fetch(`${url}/predict`, { method: "POST", headers, body });
    return { status: answer.status, body: await answer.json() };
  };
  return { transport, server, post };
}

it("answers each request with its own row", async () => {
  const { post } = await start();
  const answers = await Promise.all([1, 2, 3].map(post));
  expect(answers.map(({ body }) => body)).toEqual([{ OUT: 2 }, { OUT: 4 }, { OUT: 6 }]);
});

it("refuses what is no number, and tells what failed without the server's words", async () => {
  const { post } = await start();
  expect((await post("many")).status).toBe(400);
  expect(await post(-1)).toEqual({ status: 502, body: { code: "server" } });
});

it("lets a request under way end when it is closed", async () => {
  const { post, server, transport } = await start();
  const answer = post(21);
  while (transport.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await server.close();
  expect((await answer).body).toEqual({ OUT: 42 });
});
