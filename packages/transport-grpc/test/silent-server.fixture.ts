import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";

/** A server that takes connections. */
export interface SilentServer extends AsyncDisposable {
  readonly port: number;
  readonly address: string;
  /** Connections that are open now. */
  readonly sockets: ReadonlySet<Socket>;
  /** Connections accepted so far. */
  readonly accepted: number;
  /** Resolves when a connection has been accepted. */
  connected(): Promise<void>;
  /** Resolves when a caller has said something. */
  heard(): Promise<void>;
  /** Resolves when no connection is open. */
  idle(): Promise<void>;
}

/** A server that takes connections and says what it is told to, which is nothing by default. */
export async function startSilentServer(
  onConnect: (socket: Socket) => void = () => undefined,
): Promise<SilentServer> {
  const sockets = new Set<Socket>();
  const heard = Promise.withResolvers<void>();
  let accepted = 0;
  const server = createServer((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      sockets.delete(socket);
      server.emit("left");
    });
    socket.once("data", () => heard.resolve());
    onConnect(socket);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    address: `127.0.0.1:${port}`,
    sockets,
    get accepted() {
      return accepted;
    },
    async connected() {
      if (accepted === 0) await once(server, "connection");
    },
    heard: () => heard.promise,
    async idle() {
      while (sockets.size > 0) await once(server, "left");
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port that nobody listens on. */
export async function unusedPort(): Promise<number> {
  const { port, [Symbol.asyncDispose]: close } = await startSilentServer();
  await close();
  return port;
}
