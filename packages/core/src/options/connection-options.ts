/** A secret: text, or a function called when it is needed, and again after a 401. */
export type Secret = string | (() => string | Promise<string>);

/** TLS material, as PEM text. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  /** True: any certificate is taken. Default: false. */
  readonly insecure: boolean;
}

/** How sockets are kept. */
export interface PoolOptions {
  /** Idle sockets kept. Default: 20. */
  readonly maxIdle: number;
  /** How long an idle socket is kept. Default: 5 minutes. */
  readonly keepAliveMs: number;
  /** Sockets for one origin; further requests queue. Default: 100. */
  readonly maxTotal: number;
  /** False: a new connection for each exchange. Default: true. */
  readonly reuse: boolean;
  /** One log line of pool statistics every 30 s. Default: false. */
  readonly monitoring: boolean;
}

/** Everything of the option contract that concerns the connection to a server, parsed. */
export interface ConnectionOptions {
  /**
   * Normalised: no trailing slash, no `/v2`; a gateway's path prefix is kept. Several with commas between.
   * "" without endpoint.
   */
  readonly endpoint: string;
  /** Longest wait for a connection, TLS included. Default: 10,000. */
  readonly connectTimeoutMs: number;
  /** Binary tensors: always, never (JSON), or when the server lists the extension. Default: auto. */
  readonly binaryData: boolean | "auto";
  readonly compression: "gzip" | "deflate" | undefined;
  /** Requests below this size travel uncompressed. Default: 1,024. */
  readonly compressionMinBytes: number;
  /** Ask for compressed answers. Default: false. */
  readonly responseCompression: boolean;
  readonly authToken: Secret | undefined;
  readonly headers: Readonly<Record<string, Secret>>;
  readonly tls: TlsOptions;
  readonly pool: PoolOptions;
  /** Largest answer, compressed and decompressed. Default: 256 MiB. */
  readonly maxResponseBytes: number;
}
