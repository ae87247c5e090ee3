import type { EncodeError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import type { StepResult } from "./send-step.ts";
import type { Settled } from "./settled.ts";

/** What a model makes of failures. */
export interface OutcomePolicy<Row> {
  /** Fallback instead of failure, for errors. */
  readonly defaultOnError: boolean;
  /** Fallback instead of failure, for a null in a nullable field. */
  readonly defaultOnNull: boolean;
  /** A fresh default row; undefined when there is none. */
  readonly createDefault: (() => Row) | undefined;
}

/** Turns a failed record into its one outcome. A fallback always carries the error. */
export function settleFailure<R, Row>(
  policy: OutcomePolicy<Row>,
  record: R,
  error: InferenceError,
): Settled<R, Row> {
  const wanted = isNullField(error) ? policy.defaultOnNull : policy.defaultOnError;
  if (!wanted || policy.createDefault === undefined) return { outcome: "failed", record, error };
  return { outcome: "fallback", record, row: policy.createDefault(), error };
}

/** True when a record failed only because a nullable field was null. */
export function isNullField(error: InferenceError): boolean {
  return error.code === "encode" && (error as EncodeError).nullField;
}

/** Tells a record's owner what became of its step. Nothing is told of a step that was given up. */
export function settleStep<R, Row>(
  policy: OutcomePolicy<Row>,
  record: R,
  done: (settled: Settled<R, Row>) => void,
): (result: StepResult<Row>) => void {
  return (result) => {
    if (result.kind === "row") done({ outcome: "ok", record, row: result.row });
    if (result.kind === "error") done(settleFailure(policy, record, result.error));
  };
}
