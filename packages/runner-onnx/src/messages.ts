import type { Datatype, TensorMetadata } from "@nereid/core/transport-kit";

/** A tensor on its way between threads: its bytes are transferred, not copied. */
export interface WireTensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  /** As they travel over HTTP: little-endian; BYTES with a length in front of each element. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Where a model comes from. */
export type ModelSource = { readonly path: string } | { readonly bytes: Uint8Array };

/** A model, and what it must be like before it is loaded. */
export type CheckedSource = ModelSource & {
  /** Of the model and its external data together. */
  readonly maxBytes: number;
  /** Of the model in hexadecimal digits. */
  readonly sha256?: string;
};

/** What a worker is started with. */
export interface WorkerSetup {
  /** Module that ONNX Runtime is imported from. */
  readonly runtime: string;
  readonly models: Readonly<Record<string, CheckedSource>>;
  /** Threads that one run may use inside ONNX Runtime. */
  readonly intraOpThreads: number;
}

/** A model as its session declares it. */
export interface SessionMetadata {
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
}

/** The first message of a worker. */
export type WorkerStarted =
  | { readonly kind: "started"; readonly models: Readonly<Record<string, SessionMetadata>> }
  | {
      readonly kind: "refused";
      /** What could not be used: the runtime, or a model by its name. */
      readonly model: string | undefined;
      readonly reason: string;
    };

/** A run that a worker is asked for. */
export interface RunRequest {
  readonly model: string;
  readonly inputs: readonly WireTensor[];
  /** Names of outputs; empty: all. */
  readonly outputs: readonly string[];
}

/** What a worker answers to a run. */
export type RunAnswer =
  | { readonly kind: "ran"; readonly outputs: readonly WireTensor[] }
  | { readonly kind: "failed"; readonly reason: string };
