import { connect, createServer, type Socket } from "node:net";
import { once } from "node:events";

/** A server that sends back what it gets, and says how its connections went. */
export interface EchoServer extends AsyncDisposable {
  readonly address: string;
  /** Bytes received, for each connection. */
  readonly received: Buffer[];
  /** How each connection closed: an error's code, or "end". */
  readonly endings: Promise<string>[];
}

export async function startEcho(): Promise<EchoServer> {
  const received: Buffer[] = [];
  const endings: Promise<string>[] = [];
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const index = received.push(Buffer.alloc(0)) - 1;
    sockets.push(socket);
    endings.push(endingOf(socket));
    socket.on("data", (chunk: Buffer) => {
      received[index] = Buffer.concat([received[index] ?? Buffer.alloc(0), chunk]);
      socket.write(chunk);
    });
    socket.on("end", () => socket.end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    address: `127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    received,
    endings,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

/** A client's side of one connection. */
export interface TestClient {
  readonly socket: Socket;
  readonly chunks: Buffer[];
  /** How it closed: an error's code, or "end". */
  readonly ending: Promise<string>;
  /** Resolves when so many bytes have come. */
  arrived(bytes: number): Promise<Buffer>;
}

export function dial(address: string): TestClient {
  const [host = "", port = ""] = address.split(":");
  const socket = connect({ host, port: Number(port), allowHalfOpen: true });
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => void chunks.push(chunk));
  const ending = endingOf(socket);
  return {
    socket,
    chunks,
    ending,
    async arrived(bytes) {
      while (Buffer.concat(chunks).length < bytes) await once(socket, "data");
      return Buffer.concat(chunks);
    },
  };
}

function endingOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    socket.on("end", () => resolve("end"));
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on("close", () => resolve("closed"));
  });
}
