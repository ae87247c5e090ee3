import type { ModelStatistics } from "../protocol/management.ts";
import type { ModelRef } from "../protocol/request.ts";
import type { Clock } from "../transport/clock.ts";
import type { Layer } from "../transport/layer.ts";
import type { ServerAddress, PoolStats } from "../transport/report.ts";
import type { Observe } from "./observe.ts";
import type { TallyCounts } from "./tally.ts";

/** What a model has done and is doing, as plain data. */
export interface ModelStats extends TallyCounts {
  /** Exchanges under way and how many may be. */
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** Records that were taken and have not settled. */
  readonly recordsInside: number;
  /** Records that wait for their batch. */
  readonly recordsWaiting: number;
  readonly batchesUnderWay: number;
  /** Sequences that take steps. */
  readonly sequencesAlive: number;
  /** What is left to pay for retries, from 0 (none) to 1, of a budget that models on an endpoint share. */
  readonly retryBudgetLeft: number;
  /** What the transport's sockets are doing; undefined when it has none or does not tell. */
  readonly pool: PoolStats | undefined;
}

/** The model that telemetry is opened for. */
export interface TelemetrySubject {
  readonly model: ModelRef;
  /** The transport's name: `http`, `grpc`, … */
  readonly transport: string;
  /** The servers behind it, as far as it tells. */
  readonly servers: readonly ServerAddress[];
  /** Records in a request at most. */
  readonly batchSize: number;
  readonly clock: Clock;
  /** As of now; cheap enough to be asked every second. */
  readonly stats: () => ModelStats;
  /**
   * What a server says of the model's versions; absent where servers are not asked.
   *
   * @param endpoint - one of `servers`
   * @throws (rejects) as `Transport.infer` does
   */
  readonly serverStatistics?: (
    endpoint: string,
    signal: AbortSignal,
  ) => Promise<readonly ModelStatistics[]>;
}

/** What one model reports to. */
export interface ModelTelemetry {
  /** Around each request, over all its attempts. */
  readonly call: Layer;
  /** Around each exchange. */
  readonly attempt: Layer;
  /** Told of each event. */
  readonly observe?: Observe;
  /** Where a record comes from, asked when the record is taken; found again in `call.origins`. */
  readonly origin?: () => unknown;
  /** The model is closed. */
  close(): void;
}

/** Metrics and traces of any kind. */
export interface Telemetry {
  /** Called once for each model, when it is made. */
  open(subject: TelemetrySubject): ModelTelemetry;
}
