import type { ConnectionOptions } from "@nereid/core/transport-kit";
import { Client, type buildConnector } from "undici";

/** Makes connections of the endpoint's origin; each dials when it is first used, and again after. */
export function createConnect(
  origin: string,
  { tls, pool, connectTimeoutMs }: ConnectionOptions,
  connector: buildConnector.connector | undefined,
): () => Client {
  const connect = connector ?? {
    rejectUnauthorized: !tls.insecure,
    minVersion: "TLSv1.2" as const,
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.servername === undefined ? {} : { servername: tls.servername }),
  };
  return () =>
    new Client(origin, {
      connect,
      connectTimeout: connectTimeoutMs,
      // A connection serves one request at a time in Triton, and nothing overtakes on it.
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: pool.keepAliveMs,
      keepAliveMaxTimeout: pool.keepAliveMs,
      // The call's signal bounds the wait; a second clock would only disagree with it.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
}
