import type {
  Parameters,
  SequencePosition,
  Tensor,
  TensorMetadata,
} from "@nereid/core/transport-kit";

/** A request as a model of the test server sees it. */
export interface ModelRequest {
  /** The request's id, where it has one. */
  readonly id: string | undefined;
  readonly inputs: ReadonlyMap<string, Tensor>;
  /** The first dimension of the inputs; 1 without a batch dimension. */
  readonly rows: number;
  readonly sequence: SequencePosition | undefined;
  readonly parameters: Parameters;
  readonly version: string;
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal;
}

/** A model's answer to one request: its outputs, or the text of an error. */
export type ModelAnswer = readonly Tensor[] | { readonly error: string };

/** A model given as a function. */
export interface ServerModel {
  readonly name: string;
  /** Default: `["1"]`. Without a version in the request, the last one answers. */
  readonly versions?: readonly string[];
  /** Rows in one request at most; 0: no batch dimension. */
  readonly maxBatchRows: number;
  /** Shapes without the batch dimension; -1 is variable. */
  readonly inputs: readonly TensorMetadata[];
  readonly outputs: readonly TensorMetadata[];
  /** Set for a stateful model: how long a quiet sequence is kept. */
  readonly sequence?: { readonly maxIdleUs: number };
  /** Run requests that arrive together as one batch. Default: false. */
  readonly dynamicBatching?: boolean;
  /**
   * Makes the model decoupled: one request has any number of answers, in order, and the last may be an
   * error. Plain inference refuses such a model, and `execute` is not called.
   */
  readonly decoupled?: (request: ModelRequest) => AsyncIterable<ModelAnswer>;
  /** Answers each request, in order. What it throws fails all of them. */
  execute(
    requests: readonly ModelRequest[],
  ): readonly ModelAnswer[] | Promise<readonly ModelAnswer[]>;
}

/** The shape that metadata shows: with the batch dimension in front where there is one. */
export function withBatch({ maxBatchRows }: ServerModel, tensor: TensorMetadata): TensorMetadata {
  return maxBatchRows === 0 ? tensor : { ...tensor, shape: [-1, ...tensor.shape] };
}
