import type { Delivery, ErrorCode, ModelOptionsInput, Settled } from "@nereid/core";
import type { InferenceResponse } from "@nereid/core/transport-kit";
import type {
  ConnectionFault,
  FaultProxy,
  FaultScript,
  GrpcFault,
  ModelHost,
  PointFault,
  RangeFault,
} from "@nereid/testing";
import type { ServerHttp2Stream } from "node:http2";
import type { HttpAnswer, HttpLie } from "./http-liar.ts";

/** How requests travel. */
export type Wire = "http" | "grpc" | "grpc-stream";

/** A record of the matrix, and its row. */
export interface InRecord {
  readonly ID: number;
  readonly VALUE: number;
}

export interface OutRow {
  readonly OUT: number;
}

export type MatrixSettled = Settled<InRecord, OutRow>;

/** What a row's own code may reach for. */
export interface StageControls {
  readonly proxy: FaultProxy;
  /** The server's repository. */
  readonly repository: Pick<ModelHost, "load" | "unload">;
  /** Puts another model in the place of the one that was opened. */
  readonly replaceModel: () => void;
  /** Failed attempts so far. */
  readonly attemptErrors: () => number;
}

/** How a fault is brought about. What a row leaves out stays right. */
export interface Injection {
  /** Faults of the open connection, counted from its next byte. */
  readonly bytes?: readonly (RangeFault | PointFault)[];
  /** Treats new connections so. Without `bytes`, what is open is dropped first. */
  readonly connections?: FaultScript | readonly (readonly ConnectionFault[])[];
  /** Faults of the server's next answers. */
  readonly answers?: readonly GrpcFault[];
  /** A lie about the next answer that both wires can tell. */
  readonly alter?: (right: InferenceResponse) => InferenceResponse;
  /** What an HTTP server sends instead of its next answer. */
  readonly http?: (right: HttpAnswer) => HttpLie;
  /** What an HTTP/2 server does instead of its next answer. */
  readonly http2?: (stream: ServerHttp2Stream) => void;
  /** How many requests the three above strike. Default: 1. */
  readonly times?: number;
  /** Anything else, started with the records under way. */
  readonly act?: (controls: StageControls) => Promise<void>;
  /** Changes the records. */
  readonly record?: (record: InRecord) => InRecord;
  readonly model?: Partial<ModelOptionsInput> & { readonly modelGoneGraceMs?: number };
  /** The version that is asked for. Default: any. */
  readonly version?: string;
  readonly transport?: {
    readonly maxResponseBytes?: number;
    readonly responseCompression?: boolean;
  };
}

/** A failed attempt, as the layers saw it. */
export interface AttemptError {
  readonly code: ErrorCode;
  readonly delivery: Delivery;
}

/** What is expected of a row. */
export interface Expectation {
  /** Every kind of failed attempt that there is; empty: no attempt fails. */
  readonly attempts: readonly AttemptError[];
  /** Is any request sent again as it was? */
  readonly retried: boolean | "or split";
  /**
   * `ok`: every record. `some`: at least one fails, with one of these codes, and at least one does not. `all`:
   * each fails. `stopped`: the stream ends with it, and no record fails.
   */
  readonly outcome:
    | "ok"
    | { readonly failed: "some" | "all"; readonly code: ErrorCode }
    | { readonly stopped: ErrorCode };
  /** A part of what every failed record is told. */
  readonly says?: string;
  /** Kinds of faults that the proxy saw. Default: those of `bytes`. */
  readonly events?: readonly string[];
}

/** One row of the fault matrix. */
export interface FaultRow {
  /** Of reliability's fault matrix; a letter behind it tells variants apart. */
  readonly id: string;
  readonly what: string;
  /** Default: all. */
  readonly wires?: readonly Wire[];
  readonly inject: Injection;
  readonly expect: Expectation;
  /** What is different on one wire. */
  readonly on?: Partial<Readonly<Record<Wire, Partial<Expectation>>>>;
}
