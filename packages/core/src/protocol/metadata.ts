import type { Datatype } from "../tensor/arrays.ts";

/** An input or output as the server declares it. */
export interface TensorMetadata {
  readonly name: string;
  readonly datatype: Datatype;
  /** -1 is a variable dimension; the batch dimension, where there is one, comes first. */
  readonly shape: readonly number[];
  /** True when a request may leave this input out. */
  readonly optional?: boolean;
}

/** What a server says of a model. */
export interface ModelMetadata {
  readonly name: string;
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
  /** Rows in one request at most; 0: no batch dimension; absent: the server does not tell. */
  readonly maxBatchRows?: number;
  /** Present for a stateful model: how long a quiet sequence is kept, in microseconds. */
  readonly sequence?: { readonly maxIdleUs?: number };
  /** True when one request can have any number of answers. */
  readonly decoupled?: boolean;
}

/** What a server says of itself. */
export interface ServerMetadata {
  readonly name: string;
  readonly version: string;
  readonly extensions: readonly string[];
}
