import type { ConnectionOptionsInput, Clock } from "@nereid/core/transport-kit";
import type { buildConnector } from "undici";

/** What {@link createHttpTransport} takes beside the options of the contract. */
export interface HttpTransportContext {
  /** Takes pool statistics and the warning about unchecked certificates. Default: nothing is logged. */
  readonly log?: (line: string) => void;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** The time of day in milliseconds, for Retry-After dates. Default: `Date.now`. */
  readonly wallNow?: () => number;
  /** Dials connections. Default: TCP or TLS as the endpoint says. */
  readonly connect?: buildConnector.connector;
}

/** Options of the HTTP transport: those of the contract that concern a connection, and the context. */
export interface HttpTransportOptions extends ConnectionOptionsInput, HttpTransportContext {}
