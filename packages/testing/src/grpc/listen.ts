import {
  createSecureServer,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";

/** Keys of a server that speaks TLS, in PEM. */
export interface ServerTls {
  readonly key: string | Uint8Array;
  readonly cert: string | Uint8Array;
  /** Asks callers for a certificate of this authority, and turns others away. */
  readonly clientCa?: string | Uint8Array;
}

/** Serves one stream. What it throws resets the stream. */
export type ServeStream = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
) => Promise<void> | void;

/** A listening HTTP/2 server. */
export interface Listener {
  /** `127.0.0.1:port` */
  readonly address: string;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Closes the server and every connection to it. */
  close(): Promise<void>;
}

const windowBytes = 4 * 1024 * 1024;

/** Starts an HTTP/2 server on a port of its own, with prior knowledge or TLS. */
export async function listen(serve: ServeStream, tls: ServerTls | undefined): Promise<Listener> {
  const options = {
    // The default of 10 MiB would end streams in the middle of a large tensor.
    maxSessionMemory: Number.MAX_SAFE_INTEGER,
    settings: { initialWindowSize: windowBytes },
  };
  const server =
    tls === undefined
      ? createServer(options)
      : createSecureServer({
          ...options,
          key: Buffer.from(tls.key),
          cert: Buffer.from(tls.cert),
          ...(tls.clientCa === undefined
            ? {}
            : { ca: Buffer.from(tls.clientCa), requestCert: true, rejectUnauthorized: true }),
        });
  const sessions = new Set<ServerHttp2Session>();
  let connections = 0;
  server.on("session", (session) => {
    connections += 1;
    sessions.add(session);
    session.setLocalWindowSize(windowBytes);
    session.on("close", () => sessions.delete(session));
    session.on("error", () => undefined);
  });
  server.on("stream", (stream, headers) => {
    Promise.resolve(serve(stream, headers)).catch(() => stream.destroy());
  });
  // A caller that breaks the protocol, or the handshake, has its connection closed; that is all.
  server.on("sessionError", () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const bound = server.address();
  const port = bound === null || typeof bound === "string" ? 0 : bound.port;
  return {
    address: `127.0.0.1:${port}`,
    get connections() {
      return connections;
    },
    async close() {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}
