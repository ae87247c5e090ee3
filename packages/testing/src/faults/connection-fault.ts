/** The way that bytes go through the proxy: `up` towards its target, `down` towards its client. */
export type Direction = "up" | "down";

/** Bytes of one direction, counted from the connection's first as 0. */
export interface ByteRange {
  readonly direction: Direction;
  /** Default: 0. */
  readonly fromByte?: number;
  /** The first byte that is spared. Default: none is. */
  readonly toByte?: number;
}

/** What happens to a range of bytes. Of several that meet, delays add up and the smallest size counts. */
export type RangeFault =
  /** Bytes arrive later. Jitter is uniform in [0, jitterMs) and reorders nothing. */
  | (ByteRange & { readonly kind: "latency"; readonly delayMs: number; readonly jitterMs?: number })
  /** Bytes arrive at this rate. */
  | (ByteRange & { readonly kind: "bandwidth"; readonly bytesPerSecond: number })
  /** Bytes arrive in pieces of at most this size, each a write of its own without Nagle's delay. */
  | (ByteRange & { readonly kind: "slice"; readonly maxBytes: number })
  /** Each byte is changed: XOR with the mask. Default: 0xff, every bit. */
  | (ByteRange & { readonly kind: "corrupt"; readonly mask?: number });

/**
 * What happens once, in place of the byte at `atByte`, when that byte comes. `{ direction: "down", atByte: 0 }`
 * strikes when the target has begun to answer; at the length of a request going up it strikes the next one.
 */
export type PointFault =
  /** Both sides are reset. */
  | { readonly kind: "reset"; readonly direction: Direction; readonly atByte: number }
  /** The receiver sees the end of this direction; the other direction goes on. */
  | { readonly kind: "half-close"; readonly direction: Direction; readonly atByte: number }
  /** Bytes are read and vanish, as after a pulled cable. */
  | { readonly kind: "black-hole"; readonly direction: Direction; readonly atByte: number }
  /** Nothing more is read, so that the sender's window closes. */
  | { readonly kind: "stall"; readonly direction: Direction; readonly atByte: number };

/** What happens instead of a connection to the target: a reset, an orderly end, or silence. */
export type AcceptFault =
  | { readonly kind: "refuse" }
  | { readonly kind: "accept-and-close" }
  | { readonly kind: "silence" };

/** One thing that goes wrong with one connection. */
export type ConnectionFault = AcceptFault | RangeFault | PointFault;

/** A connection, as far as a script chooses by it. */
export interface ScriptedConnection {
  /** Counted from 0, in the order in which they were accepted. */
  readonly index: number;
  /** Uniform in [0, 1), the proxy's. */
  readonly random: () => number;
}

/**
 * Says what goes wrong: the faults of connection k at place k, connections behind the last having none,
 * or a function that is asked for each connection.
 */
export type FaultScript =
  | readonly (readonly ConnectionFault[])[]
  | ((connection: ScriptedConnection) => readonly ConnectionFault[]);

/** One fault that took place. */
export interface FaultEvent {
  readonly connection: number;
  readonly kind: ConnectionFault["kind"];
  /** Undefined for what happened instead of a connection. */
  readonly direction: Direction | undefined;
  /** Bytes of that direction delivered before. */
  readonly atByte: number;
}
