import type { Secret } from "./connection-options.ts";
import type { ByteSizeInput, DurationInput } from "./model-options-input.ts";

/** The options of the connection to a server, in TypeScript's spelling. */
export interface ConnectionOptionsInput {
  /**
   * `http://host:8000`; a gateway's path prefix is kept. Several that have the same models, as a list or
   * with commas between, are balanced.
   */
  readonly endpoint: string | readonly string[];
  /** Longest wait for a connection, TLS included. Default: 10s. */
  readonly connectionTimeout?: DurationInput;
  /** Tensors as bytes instead of JSON; `auto` asks the server once. Default: `auto`. */
  readonly binaryData?: boolean | "auto";
  /** Compresses request bodies. Default: none. */
  readonly compression?: "gzip" | "deflate";
  /** Requests below this size travel uncompressed. Default: 1 KiB. */
  readonly compressionMinBytes?: ByteSizeInput;
  /** Asks for compressed answers. Default: false. */
  readonly responseCompression?: boolean;
  /** Sent as `Authorization: Bearer …`. A function is called when needed, and again after a 401. */
  readonly authToken?: Secret;
  /** Further headers; those that the protocol owns are refused. */
  readonly customHeaders?: Readonly<Record<string, Secret>>;
  /** Certificates to trust, as PEM text or the path of a PEM file. Default: the system's. */
  readonly tlsCa?: string;
  /** Client certificate, as PEM text or the path of a PEM file; needs `tlsKey`. */
  readonly tlsCert?: string;
  /** Private key of `tlsCert`, as PEM text or the path of a PEM file. */
  readonly tlsKey?: string;
  /** Name that the server's certificate must have. Default: the endpoint's. */
  readonly tlsServername?: string;
  /** Takes any certificate, and warns once. Default: false. */
  readonly tlsInsecure?: boolean;
  /** Idle sockets kept. Default: 20. */
  readonly connectionPoolMaxIdle?: number;
  /** How long an idle socket is kept. Default: 5min. */
  readonly connectionPoolKeepAlive?: DurationInput;
  /** Sockets for one origin; further requests queue. Default: 100. */
  readonly connectionPoolMaxTotal?: number;
  /** false: a new connection for each exchange. Default: true. */
  readonly connectionReuseEnabled?: boolean;
  /** One log line of pool statistics at creation and every 30 s. Default: false. */
  readonly connectionPoolMonitoringEnabled?: boolean;
  /** Largest answer, compressed and decompressed. Default: 256 MiB. */
  readonly maxResponseBytes?: ByteSizeInput;
}
