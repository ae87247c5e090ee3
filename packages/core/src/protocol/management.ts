/** A model in a server's repository. */
export interface RepositoryModel {
  readonly name: string;
  readonly version?: string;
  /** UNKNOWN, READY, UNAVAILABLE, LOADING or UNLOADING; absent when it was never loaded. */
  readonly state?: string;
  readonly reason?: string;
}

/** How often something happened and how long it took together. */
export interface StatisticDuration {
  readonly count: bigint;
  /** Nanoseconds. */
  readonly ns: bigint;
}

/** Counters of one model version. */
export interface ModelStatistics {
  readonly name: string;
  readonly version: string;
  /** Milliseconds since the epoch; 0 when there was none. */
  readonly lastInferenceMs: bigint;
  /** Rows inferred. */
  readonly inferenceCount: bigint;
  /** Executions of the model; fewer than rows where the server batches. */
  readonly executionCount: bigint;
  /** By the server's own names: success, fail, queue, compute_input, compute_infer, … */
  readonly durations: Readonly<Record<string, StatisticDuration>>;
}

/** A value of a model configuration. 64-bit integers beyond 2^53 are bigint. */
export type ConfigValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly ConfigValue[]
  | { readonly [key: string]: ConfigValue };

/** The parts of a Triton model configuration that a client needs. */
export interface ModelConfig {
  readonly name: string;
  /** Rows in one request at most; 0: no batch dimension. */
  readonly maxBatchRows: number;
  readonly decoupled: boolean;
  /** Present for a stateful model. */
  readonly sequence?: { readonly maxIdleUs?: number };
  /** Highest priority number; 0: the model has no priorities. */
  readonly priorityLevels: number;
  /** Names of inputs that a request may leave out. */
  readonly optionalInputs: readonly string[];
  /** Everything, as the server sent it. */
  readonly raw: Readonly<Record<string, ConfigValue>>;
}
