import type { Tensor } from "../tensor/tensor.ts";

/** Which model. Without a version the server picks one. */
export interface ModelRef {
  readonly name: string;
  readonly version?: string;
}

/** A value of a request's or response's parameter. A `double` keeps 1.0 apart from the integer 1. */
export type ParameterValue = string | number | bigint | boolean | { readonly double: number };

/** Parameters by name. */
export type Parameters = Readonly<Record<string, ParameterValue>>;

/** An output that the caller wants. */
export interface RequestedOutput {
  readonly name: string;
  /** Ask for the n most probable classes instead of the tensor (Triton). */
  readonly classification?: number;
}

/** A step of a stateful sequence. */
export interface SequencePosition {
  /** A text of at most 128 bytes, or an unsigned 64-bit number; never 0 or "". */
  readonly id: string | bigint;
  readonly start: boolean;
  readonly end: boolean;
}

/** One V2 inference request. Immutable: a layer that wants another one spreads a new one. */
export interface InferenceRequest {
  readonly model: ModelRef;
  /** Echoed by the server; never a sequence id. The transport makes one when it is absent. */
  readonly id?: string;
  readonly inputs: readonly Tensor[];
  /** Absent: all outputs. */
  readonly outputs?: readonly RequestedOutput[];
  readonly sequence?: SequencePosition;
  /** 0 is the model's default, 1 the most urgent (Triton's schedule policy). */
  readonly priority?: number;
  /** Longest wait in the server's queue, in microseconds; not a deadline. */
  readonly queueTimeoutUs?: number;
  /** Custom parameters, handed to the model. Reserved names are refused. */
  readonly parameters?: Parameters;
}
