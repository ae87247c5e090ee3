import type { Flow, FlowOptions } from "../flow/flow.ts";
import type { RecordSource } from "../flow/source.ts";
import type { Settled } from "../flow/settled.ts";
import type { ModelStats } from "../layers/telemetry.ts";
import type { ModelMetadata } from "../protocol/metadata.ts";
import type { Sequence, SequenceSettings } from "./sequence.ts";
import type { Joined } from "../record/join.ts";

/** Options of one `predict`. */
export interface PredictOptions {
  /** Gives the record up; its reason is thrown as it is. */
  readonly signal?: AbortSignal;
}

/** Options of a whole stream. */
export interface PredictAllOptions<R = unknown> extends FlowOptions<R> {
  /** Put the record's own fields in front of the model's outputs. Default: false. */
  readonly join?: boolean;
}

/** Options of `close`. */
export interface CloseOptions {
  /** Waits for nothing that is under way. Default: false. */
  readonly force?: boolean;
}

/** A model of a server or of this process, ready to take records. */
export interface Model<R extends object, Row extends object> extends AsyncDisposable {
  /** The model's name on its server. */
  readonly name: string;
  /** What the server said of it when it was made. */
  readonly metadata: ModelMetadata;
  /**
   * One record in, one row out. Calls of the same turn of the event loop share a batch.
   *
   * With `on-error: default` a failure gives the default row. Otherwise it is thrown, with
   * `dead-letter` once its letter is safe: a single caller needs an answer, so `skip` throws as well.
   */
  predict(record: R, options?: PredictOptions): Promise<Row>;
  /** A stream of records in, a stream of rows out; failures follow `on-error`. */
  predictAll<T extends R>(
    records: RecordSource<T>,
    options: PredictAllOptions<T> & { readonly join: true },
  ): AsyncGenerator<Joined<T, Row>, void, undefined>;
  predictAll<T extends R>(
    records: RecordSource<T>,
    options?: PredictAllOptions<T>,
  ): AsyncGenerator<Row, void, undefined>;
  /**
   * A stream of records in, exactly one outcome for each out. Nothing is thrown for a failed record;
   * with `on-error: dead-letter` its outcome comes once its letter is safe.
   */
  settleAll<T extends R>(
    records: RecordSource<T>,
    options?: FlowOptions<T>,
  ): AsyncGenerator<Settled<T, Row>, void, undefined>;
  /** The callback core of `settleAll`, for operators of other stream libraries. */
  flow<T extends R>(options: FlowOptions<T>, wake: () => void): Flow<T, Row>;
  /**
   * What `predictAll` makes of an outcome: the row, or undefined when the record is left out.
   *
   * @throws the record's error with `on-error: fail`; DeadLetterError whatever `on-error` says
   */
  rowFrom(settled: Settled<R, Row>): Row | undefined;
  /**
   * One conversation with a stateful model, step by step.
   *
   * @throws EncodeError for an id that no server takes; SequenceError for one that is open already;
   *   ClosedError after `close`
   */
  sequence(settings?: SequenceSettings): Sequence<R, Row>;
  /** What it has done since it was made, and is doing now: counts, latencies, pool, breaker. */
  stats(): ModelStats;
  /**
   * Takes no more records and lets those under way settle, for as long as `drain-timeout` says; what is left
   * then ends with a ClosedError. Then it closes the transport. A second call waits for the first, and with
   * `force` ends what is left at once.
   */
  close(options?: CloseOptions): Promise<void>;
}
