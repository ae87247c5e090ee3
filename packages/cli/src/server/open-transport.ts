import type { ConnectionOptionsInput, Transport } from "@nereid/core";
import type { ServerApi } from "@nereid/core/transport-kit";
import type { GrpcTransportOptions } from "@nereid/transport-grpc";
import { camelCase, type FlagValues } from "../command/option-flags.ts";
import { UsageError } from "../command/usage-error.ts";

/** A transport to a server, with the server's own calls. */
export type ServerTransport = Transport & ServerApi;

/** What carries V2 to an address. */
export type Protocol = "http" | "grpc";

/**
 * HTTP for `http:` and `https:`, gRPC for the other schemes that gRPC understands. An address without a
 * scheme may be either, and is refused.
 *
 * @throws UsageError
 */
export function protocolOf(url: string): Protocol {
  if (/^https?:/i.test(url)) return "http";
  if (/^(?:grpcs?|dns|unix|ipv[46]):/i.test(url)) return "grpc";
  // What was given may be a password; it is not told.
  throw new UsageError(
    "URL: expected an address such as http://localhost:8000 or grpc://localhost:8001, found another form",
  );
}

/**
 * Opens a transport by the scheme of the URL. Only the one that is needed is loaded: each brings a
 * client library that costs time and memory.
 *
 * @param connection - flags of the connection, in kebab-case
 * @throws UsageError, OptionsError
 */
export async function openTransport(url: string, connection: FlagValues): Promise<ServerTransport> {
  const options = { ...byCamelCase(connection), endpoint: url };
  if (protocolOf(url) === "http") {
    const { createHttpTransport } = await import("@nereid/transport-http");
    return createHttpTransport(options);
  }
  const { createGrpcTransport } = await import("@nereid/transport-grpc");
  return createGrpcTransport(options);
}

/** Options as the transports name them. They are text still: the transports read and check that. */
function byCamelCase(flags: FlagValues): Omit<ConnectionOptionsInput, "endpoint"> {
  const entries = Object.entries(flags).map(([name, value]) => [
    camelCase(name.replace(/^grpc-/, "")),
    value,
  ]);
  return Object.fromEntries(entries) satisfies Partial<GrpcTransportOptions>;
}
