import type { Listed } from "../queue/roster.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import type { MeasuredRecord } from "../record/plan.ts";
import type { Settled } from "./settled.ts";

/** What several records share for cancelling: one flow, or one `predict`. */
export interface Scope extends Listed {
  cancelled: boolean;
  /** True for a stream, whose rows wait out what a lone caller would rather be told. */
  readonly patient: boolean;
  /** Records that were taken and have not settled, where somebody counts them. */
  readonly inside?: number;
  /** Ends the stream; what has not settled by then does not settle any more. */
  stop?(error: InferenceError): void;
}

/** Waits for the outcome of one record. */
export interface Taker<R, Row> {
  /** Called once, unless the record's scope is cancelled first. */
  done(settled: Settled<R, Row>): void;
}

/** One record on its way. */
export interface Entry<R, Row> extends MeasuredRecord<R> {
  readonly scope: Scope;
  readonly taker: Taker<R, Row>;
  /** Where the record comes from, as telemetry knows it. */
  readonly origin?: unknown;
  /** When the record was taken; known only where somebody asks for it. */
  readonly takenAt?: number | undefined;
}
