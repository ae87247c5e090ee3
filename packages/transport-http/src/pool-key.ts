import { createHash } from "node:crypto";
import type { ConnectionOptions } from "@nereid/core/transport-kit";

/**
 * Everything that must separate two users of connections: where they lead, who is at both ends, how they
 * are kept. Credentials are no part of it: they travel with each request. A hash, for it holds a private
 * key.
 */
export function poolKey(origin: string, options: ConnectionOptions): string {
  const { tls, pool, connectTimeoutMs, maxResponseBytes } = options;
  const { ca, cert, key, servername, insecure } = tls;
  const { maxIdle, maxTotal, keepAliveMs, reuse } = pool;
  const identity = [ca, cert, key, servername, insecure].map((part) => part ?? null);
  const settings = [maxIdle, maxTotal, keepAliveMs, reuse, connectTimeoutMs, maxResponseBytes];
  return createHash("sha256")
    .update(JSON.stringify([origin, identity, settings]))
    .digest("base64");
}
