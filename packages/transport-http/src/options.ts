import type { ConnectionOptionsInput, Clock, Logger } from "@nereid/core/transport-kit";
import type { LookupFunction } from "node:net";
import type { Connector } from "./connection.ts";

/** What {@link createHttpTransport} takes beside the options of the contract. */
export interface HttpTransportContext {
  /** Takes pool statistics and the warning about unchecked certificates. Default: stderr. */
  readonly log?: (line: string) => void;
  /**
   * Takes what happens to connections at debug, and the events of models on this transport. Default: stderr
   * at the level that the environment variable NEREID_LOG names, or nothing.
   */
  readonly logger?: Logger;
  /** Paces the pool statistics. Default: the machine's, which then keeps no process alive. */
  readonly clock?: Clock;
  /** The time of day in milliseconds, for Retry-After dates. Default: `Date.now`. */
  readonly wallNow?: () => number;
  /** Finds addresses of host names. Default: `dns.lookup`. */
  readonly lookup?: LookupFunction;
  /** Dials connections; `lookup` and the TLS options are then its business. Default: TCP or TLS. */
  readonly connect?: Connector;
}

/** Options of the HTTP transport: those of the contract that concern a connection, and the context. */
export interface HttpTransportOptions extends ConnectionOptionsInput, HttpTransportContext {}
