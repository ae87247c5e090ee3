import type { OnError, OnNull } from "./model-options.ts";

/** A number of milliseconds, or text with a unit: `500ms`, `30s`, `5 min`. */
export type DurationInput = number | string;

/** A number of bytes, or text with a unit: `64kb`, `8 MiB`. */
export type ByteSizeInput = number | string;

/** The options of one model, in TypeScript's spelling. */
export interface ModelOptionsInput {
  /** One path segment. */
  readonly modelName: string;
  /** Default: the server picks. */
  readonly modelVersion?: string | number;
  /** Longest wait for an answer, over all attempts and waits. Default: 30s. */
  readonly timeout?: DurationInput;
  /** How long a stream waits while nothing can be sent; `none`: for ever. Then it ends. Default: 5 min. */
  readonly stallTimeout?: DurationInput;
  /** How long `close` waits for what is under way; the rest is given up. Default: 30s. */
  readonly drainTimeout?: DurationInput;
  /** Bound on one exchange, at most `timeout`. Default: none. */
  readonly attemptTimeout?: DurationInput;
  /** Further attempts after the first. Default: 3. */
  readonly maxRetries?: number;
  /** Nominal wait before the first retry; doubles with each. Default: 100ms. */
  readonly retryInitialBackoff?: DurationInput;
  /** Longest nominal wait. Default: 30s. */
  readonly retryMaxBackoff?: DurationInput;
  /** Retries over first tries in the long run, above 0 and up to 1. Default: 0.2. */
  readonly retryBudget?: number;
  /** Sends a request that is late to a second endpoint too. Default: false. */
  readonly hedging?: boolean;
  /** Sends nothing for a while to a server that fails most of the time. Default: false. */
  readonly circuitBreakerEnabled?: boolean;
  /** Share of failed attempts that opens the circuit, above 0 and up to 1. Default: 0.5. */
  readonly circuitBreakerFailureThreshold?: number;
  /** How long an open circuit sends nothing. Default: 60s. */
  readonly circuitBreakerTimeout?: DurationInput;
  /** Probes that must succeed before the circuit closes. Default: 3. */
  readonly circuitBreakerHalfOpenRequests?: number;
  /** Asks whether the server and the model are ready; sends nothing to one that is not. Default: false. */
  readonly healthCheckEnabled?: boolean;
  /** Between checks. Default: 30s. */
  readonly healthCheckInterval?: DurationInput;
  /** What becomes of a record that failed. Default: `fail`; `default` with a `defaultValue`. */
  readonly onError?: OnError;
  /** What becomes of a record with null in a nullable field. Default: `fail`. */
  readonly onNull?: OnNull;
  /** The row of a record that failed; null: every output is null. Checked when the model is made. */
  readonly defaultValue?: unknown;
  /** Records in one request at most; `auto` finds out how large batches should grow. Default: 1. */
  readonly batchSize?: number | "auto";
  /** Extra wait for a batch to fill while a slot is free. Default: 0. */
  readonly batchTimeout?: DurationInput;
  /** Size of the tensors at which a batch is closed. Default: 8 MiB. */
  readonly batchBytes?: ByteSizeInput;
  /** Exchanges under way; `auto` adapts. Default: 100; 4 with a `batchSize` above 1; `auto` with `auto`. */
  readonly maxInFlight?: number | "auto";
  /** 0 to 255; for Triton 1 is the most urgent and 0 the model's default. Default: none. */
  readonly priority?: number;
  /** Id of a stateful sequence; `${field}` takes a field of the record. Default: none. */
  readonly sequenceId?: string;
  /** Every request gets `{sequenceId}-{subtaskIndex}-{counter}`. Default: false. */
  readonly sequenceIdAutoIncrement?: boolean;
  /** `run` puts a random part into the ids. Default: `restart`. */
  readonly sequenceIdScope?: "restart" | "run";
  /** Sent with each request. Default: false; true with auto-increment alone. */
  readonly sequenceStart?: boolean;
  /** Sent with each request. Default: false; true with auto-increment alone. */
  readonly sequenceEnd?: boolean;
  /** Field whose value is the key of a record's sequence; one live sequence for each. Default: none. */
  readonly sequenceKey?: string;
  /** When the sequence of a quiet key is ended. Default: 0.8 of the model's own idle time. */
  readonly sequenceIdle?: DurationInput;
  /** Number of this parallel instance. Default: 0. */
  readonly subtaskIndex?: number;
  /** Drops a leading list of one where the model declares one dimension less. Default: false. */
  readonly flattenBatchDim?: boolean;
  /** Sent before traffic: `auto`, a record or records. Default: none. */
  readonly warmup?: "auto" | object | readonly object[];
}
