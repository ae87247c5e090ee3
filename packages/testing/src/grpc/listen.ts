import {
  createSecureServer,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { listenOn } from "../server/listen-on.ts";

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
  /** `host:port` */
  readonly address: string;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Closes the server and every connection to it. */
  close(): Promise<void>;
}

const windowBytes = 4 * 1024 * 1024;

/** Where a server listens. */
export interface ListenAddress {
  /** Default: one that is free. */
  readonly port?: number;
  /** Default: `127.0.0.1`. */
  readonly hostname?: string;
}

/** Starts an HTTP/2 server, with prior knowledge or TLS. @throws when it cannot listen */
export async function listen(
  serve: ServeStream,
  tls: ServerTls | undefined,
  { port = 0, hostname = "127.0.0.1" }: ListenAddress = {},
): Promise<Listener> {
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
  const address = await listenOn(server, port, hostname);
  return {
    address,
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
