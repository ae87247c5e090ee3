import { connect as connectHttp2, type ClientHttp2Session } from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { TlsOptions } from "@nereid/core/transport-kit";
import type { Target } from "../endpoint.ts";

/** Windows of a stream and of its connection: with the protocol's 64 KiB large answers would crawl. */
const streamWindowBytes = 8 * 1024 * 1024;
const connectionWindowBytes = 16 * 1024 * 1024;

/** Dials an HTTP/2 connection; it is up when it says `connect`. */
export function connect(target: Target, tls: TlsOptions): ClientHttp2Session {
  const scheme = target.isTls ? "https" : "http";
  const authority = tls.servername ?? (target.path === undefined ? target.host : "localhost");
  const session = connectHttp2(`${scheme}://${authority}`, {
    createConnection: () => (target.isTls ? dialTls(target, tls) : dialTcp(target)),
    settings: { initialWindowSize: streamWindowBytes, enablePush: false },
  });
  session.once("connect", () => {
    // One that was given up meanwhile still says that it is up.
    if (!session.destroyed) session.setLocalWindowSize(connectionWindowBytes);
  });
  return session;
}

function dialTcp(target: Target): Socket {
  const socket = connectTcp(addressOf(target));
  socket.setNoDelay(true);
  return socket;
}

function dialTls(target: Target, { ca, cert, key, servername, insecure }: TlsOptions): Socket {
  const name = servername ?? target.host;
  return connectTls({
    ...addressOf(target),
    ALPNProtocols: ["h2"],
    rejectUnauthorized: !insecure,
    // An address is no server name. RFC 6066, section 3.
    ...(/^[\d.]+$|:/.test(name) ? {} : { servername: name }),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  });
}

function addressOf({
  host,
  port,
  path,
}: Target): { path: string } | { host: string; port: number } {
  return path === undefined ? { host, port } : { path };
}
