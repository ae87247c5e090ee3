import type { Logger } from "./logger.ts";
import type { Transport } from "./transport.ts";

/**
 * What the connections to a server, or to several, are doing. One of HTTP/1.1 carries one exchange at a
 * time; one of gRPC any number, and is active while it has any.
 */
export interface PoolStats {
  readonly idle: number;
  readonly active: number;
  /** Exchanges that wait for a connection. */
  readonly queued: number;
  readonly total: number;
}

/** A server as it is known to the outside: without path, query or credentials. */
export interface ServerAddress {
  /**
   * What calls name it by (`call.endpoint`), with the path in front. Models whose transports have the same
   * name share what they know of it: its circuit and its retry budget.
   */
  readonly endpoint: string;
  readonly address: string;
  /** Default: none is known. */
  readonly port?: number;
}

/** What a transport can tell of itself. */
export interface TransportReport {
  /** The servers it was made for, in their order. */
  readonly servers: readonly ServerAddress[];
  /** As of now. Default: it has no pool. */
  readonly pool?: PoolStats;
  /** Where it logs to, and its models with it. Default: nowhere. */
  readonly logger?: Logger;
}

/** A transport that can be looked into. Cheap enough to be asked every second. */
export interface ReportingTransport extends Transport {
  report(): TransportReport;
}

/** The sockets of several pools together. */
export function sumOfPools(pools: readonly PoolStats[]): PoolStats {
  const sum = (name: keyof PoolStats): number =>
    pools.reduce((total, pool) => total + pool[name], 0);
  return { idle: sum("idle"), active: sum("active"), queued: sum("queued"), total: sum("total") };
}

/** What several transports tell together. */
export function joinReports(reports: readonly TransportReport[]): TransportReport {
  const pools = reports.map(({ pool }) => pool).filter((pool) => pool !== undefined);
  const logger = reports.find((report) => report.logger !== undefined)?.logger;
  return {
    servers: reports.flatMap(({ servers }) => servers),
    ...(logger === undefined ? {} : { logger }),
    ...(pools.length === 0 ? {} : { pool: sumOfPools(pools) }),
  };
}

/** Can the transport be looked into? */
export function isReporting(transport: Transport): transport is ReportingTransport {
  return "report" in transport && typeof transport.report === "function";
}
