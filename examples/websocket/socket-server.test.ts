import { createMemoryTransport, createStandardModels } from "@nereid/testing";
import { expect, it } from "vitest";
import { startSocketServer } from "./socket-server.ts";

/** Sends messages and gives as many answers. */
async function talk(url: string, messages: readonly unknown[]): Promise<readonly unknown[]> {
  const socket = new WebSocket(url);
  await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
  const answers: unknown[] = [];
  const all = new Promise<void>((resolve) => {
    socket.addEventListener("message", ({ data }) => {
      answers.push(JSON.parse(String(data)));
      if (answers.length === messages.length) resolve();
    });
  });
  for (const message of messages) socket.send(JSON.stringify(message));
  await all;
  socket.close();
  return answers;
}

it("answers in order on each of several sockets, and one bad record fails alone", async () => {
  const models = createStandardModels();
  await using server = await startSocketServer(createMemoryTransport({ models }));
  const numbers = Array.from({ length: 300 }, (_, IN) => ({ IN }));
  const [first, second] = await Promise.all([
    talk(server.url, numbers),
    talk(server.url, [{ IN: 1 }, { IN: "x" }, { IN: 3 }]),
  ]);
  expect(first).toEqual(numbers.map(({ IN }) => ({ OUT: IN * 2 })));
  expect(second).toEqual([{ OUT: 2 }, { error: "encode" }, { OUT: 6 }]);
});
