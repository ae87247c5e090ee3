import type { ModelRef } from "../protocol/request.ts";

/** What becomes of a record whose final answer is an error. */
export type OnError = "fail" | "skip" | "default" | "dead-letter";

/** What becomes of a record with a null in a nullable field. */
export type OnNull = "fail" | "skip" | "default";

/** How sequence ids are made. */
export interface SequenceOptions {
  /** Text, possibly with `${field}` templates. */
  readonly id: string;
  readonly autoIncrement: boolean;
  readonly scope: "restart" | "run";
  readonly start: boolean;
  readonly end: boolean;
  /** Parallel instance, part of auto-increment ids. Default: 0. */
  readonly subtaskIndex: number;
}

/** When to stop sending to a server that fails. */
export interface CircuitBreakerOptions {
  /** Share of failures that opens the circuit, above 0 and up to 1. Default: 0.5. */
  readonly failureThreshold: number;
  /** How long it stays open. Default: 60,000. */
  readonly timeoutMs: number;
  /** Probes that must succeed before it closes. Default: 3. */
  readonly halfOpenRequests: number;
}

/** Everything of the option contract that concerns one model, parsed. */
export interface ModelOptions {
  readonly model: ModelRef;
  /** Longest wait for an answer, over all attempts and waits. Default: 30,000. */
  readonly timeoutMs: number;
  /** Longest wait of a stream while nothing can be sent. Default: 300,000; infinite: none. */
  readonly stallTimeoutMs: number;
  /** How long closing waits for what is under way. Default: 30,000. */
  readonly drainTimeoutMs: number;
  /** Bound on one exchange. Default: none. */
  readonly attemptTimeoutMs: number | undefined;
  /** Further attempts after the first. Default: 3. */
  readonly maxRetries: number;
  /** First nominal wait before a retry; doubles with each. Default: 100. */
  readonly retryInitialBackoffMs: number;
  /** Longest nominal wait. Default: 30,000. */
  readonly retryMaxBackoffMs: number;
  /** Retries over first tries in the long run, above 0 and up to 1. Default: 0.2. */
  readonly retryBudget: number;
  /** May a request that is late be sent to a second endpoint? Default: false. */
  readonly hedging: boolean;
  /** Default: none. */
  readonly circuitBreaker: CircuitBreakerOptions | undefined;
  /** Default: no checks. */
  readonly healthCheck: { readonly intervalMs: number } | undefined;
  readonly onError: OnError;
  readonly onNull: OnNull;
  /** Present when a default value was given; its value is still unchecked against the outputs. */
  readonly defaultValue: { readonly value: unknown } | undefined;
  /** Records in one request at most; `auto` is learned. Default: 1. */
  readonly batchSize: number | "auto";
  /** Extra wait for a batch to fill while a slot is free. Default: 0. */
  readonly batchTimeoutMs: number;
  /** Request size at which a batch closes. Default: 8 MiB. */
  readonly batchBytes: number;
  /** Exchanges under way for one model. Default: 100; 4 with a batch size above 1; `auto` with that. */
  readonly maxInFlight: number | "auto";
  readonly priority: number | undefined;
  readonly sequence: SequenceOptions | undefined;
  /** The record's field whose value is the key of its sequence. */
  readonly sequenceKey: string | undefined;
  /** When the sequence of a quiet key is ended. Default: 0.8 of what the model tells. */
  readonly sequenceIdleMs: number | undefined;
  /** Drop a leading 1 from shapes of rank above 1. Default: false. */
  readonly flattenBatchDim: boolean;
  /** Records sent before traffic, `auto` for zeros of the right shape, or nothing. */
  readonly warmup: "auto" | readonly unknown[] | undefined;
}
