import { once } from "node:events";
import { createModel, float32, type Transport } from "@nereid/core";
import { WebSocketServer, type WebSocket } from "ws";

/** A server of sockets, on a port of its own. */
export interface SocketServer extends AsyncDisposable {
  readonly url: string;
}

/** How many messages of one socket may be under way: memory for each is bounded. */
const window = 64;

/**
 * Each socket is a stream: a JSON record in, a JSON outcome out, in order. All of them share the model,
 * and with it batches. A socket that reads slowly is read slowly.
 */
export async function startSocketServer(transport: Transport): Promise<SocketServer> {
  const model = await createModel({
    transport,
    model: "poison",
    inputs: { IN: float32() },
    outputs: { OUT: float32() },
    batchSize: 32,
  });
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, maxPayload: 64 * 1024 });
  await once(server, "listening");

  server.on("connection", (socket) => {
    const gone = new AbortController();
    socket.once("close", () => gone.abort(new Error("the socket was closed")));
    const serve = async (): Promise<void> => {
      const options = { window, signal: gone.signal };
      for await (const settled of model.settleAll(readRecords(socket), options)) {
        const { outcome } = settled;
        await send(socket, outcome === "failed" ? { error: settled.error.code } : settled.row);
      }
    };
    serve().catch(() => socket.terminate());
  });

  const address = server.address();
  const port = address === null || typeof address === "string" ? 0 : address.port;
  return {
    url: `ws://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
      await model.close();
    },
  };
}

async function* readRecords(socket: WebSocket): AsyncGenerator<{ readonly IN: number }> {
  const waiting: string[] = [];
  let wake = (): void => undefined;
  let isClosed = false;
  socket.on("message", (data) => {
    waiting.push(Buffer.isBuffer(data) ? data.toString() : "");
    if (waiting.length >= window) socket.pause();
    wake();
  });
  socket.once("close", () => {
    isClosed = true;
    wake();
  });
  while (!isClosed || waiting.length > 0) {
    const text = waiting.shift();
    if (text === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      continue;
    }
    if (waiting.length < window / 2) socket.resume();
    yield readRecord(text);
  }
}

/** What is no record becomes one that does not fit, and fails alone. */
function readRecord(text: string): { readonly IN: number } {
  try {
    return JSON.parse(text) as { readonly IN: number };
  } catch {
    return { IN: Number.NaN };
  }
}

function send(socket: WebSocket, message: object): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(JSON.stringify(message), (error) => (error ? reject(error) : resolve()));
  });
}
