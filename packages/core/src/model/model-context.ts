import type { OnDeadLetter } from "../flow/dead-letter.ts";
import type { EndOfTurn } from "../flow/turn.ts";
import type { Fields, RecordOf } from "../record/field.ts";
import type { Observe } from "../layers/observe.ts";
import type { Telemetry } from "../layers/telemetry.ts";
import type { Logger, LogLevel } from "../transport/logger.ts";
import type { Clock } from "../transport/clock.ts";
import type { Layer } from "../transport/layer.ts";

/** What a model takes beside the options of the contract. */
export interface ModelContext<I extends Fields, O extends Fields> {
  /** The record's fields. Default: read from the server's metadata. */
  readonly inputs?: I;
  /** The row's fields. Default: read from the server's metadata. */
  readonly outputs?: O;
  /** Does every tensor's first dimension count records? Default: what the server tells. */
  readonly batchDimension?: boolean;
  /**
   * Takes records that failed, with `onError: "dead-letter"`, which needs it. A record settles after its
   * letter; a letter that cannot be kept fails it with a DeadLetterError.
   */
  readonly onDeadLetter?: OnDeadLetter<RecordOf<I>>;
  /** Changes the layers; the first is the outermost. Default: deadline, retry, breaker, limit. */
  readonly layers?: (standard: readonly Layer[]) => readonly Layer[];
  /** Told of what the layers do: attempts, retries, waits. Default: nobody. */
  readonly observe?: Observe;
  /** Metrics and traces, such as those of `@nereid/metrics-otel`. Default: none. */
  readonly telemetry?: Telemetry;
  /** Takes log lines: retries, circuits, sequences. Default: the transport's, which is silent by default. */
  readonly logger?: Logger;
  /** What is logged. Default: `debug`, all that the logger takes. */
  readonly logLevel?: LogLevel;
  /** Does the model's `close` close the transport? Say false where models share one. Default: true. */
  readonly closeTransport?: boolean;
  /**
   * How long rows of a stream wait for a model that its server had and has no more, as while it is loaded
   * anew, in milliseconds, within their `timeout`. Default: 10 000; 0: not at all. Single records are told at
   * once.
   */
  readonly modelGoneGraceMs?: number;
  /** Gives up making the model. */
  readonly signal?: AbortSignal;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Milliseconds since 1970, for dead letters. Default: `Date.now`. */
  readonly wallClock?: () => number;
  /** Uniform in [0, 1). Default: `Math.random`. */
  readonly random?: () => number;
  /** Default: `setImmediate`. */
  readonly endOfTurn?: EndOfTurn;
}
