import type { LookupFunction } from "node:net";
import { buildConnector } from "undici";
import type { ConnectionOptions } from "@nereid/core/transport-kit";
import type { Connector } from "./connection.ts";

/** Makes the function that opens sockets. TLS sessions are resumed across its sockets. */
export function createConnector(
  { connectTimeoutMs, tls }: ConnectionOptions,
  lookup: LookupFunction | undefined,
): Connector {
  const { insecure, ...material } = tls;
  return buildConnector({
    ...material,
    timeout: connectTimeoutMs,
    allowH2: false,
    rejectUnauthorized: !insecure,
    ...(lookup === undefined ? {} : { lookup }),
  });
}
