import type { EncodeError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import { settleAfterLetter, type OnDeadLetter } from "./dead-letter.ts";
import type { Scope } from "./entry.ts";
import type { StepResult } from "./send-step.ts";
import type { Settled } from "./settled.ts";

/** What a model makes of failures. */
export interface OutcomePolicy<R, Row> {
  /** Fallback instead of failure, for errors. */
  readonly defaultOnError: boolean;
  /** Fallback instead of failure, for a null in a nullable field. */
  readonly defaultOnNull: boolean;
  /** No letter for a null in a nullable field. */
  readonly skipOnNull: boolean;
  /** Takes the letters of failed records; undefined when they are not wanted. */
  readonly onDeadLetter: OnDeadLetter<R> | undefined;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** A fresh default row; undefined when there is none. */
  readonly createDefault: (() => Row) | undefined;
}

/** Who waits for a record's outcome. */
export interface Waiting<R, Row> {
  readonly record: R;
  readonly scope: Scope;
  readonly done: (settled: Settled<R, Row>) => void;
}

/**
 * Turns a failed record into its one outcome. A fallback always carries the error.
 *
 * @param attempts - exchanges that carried the record
 */
export function settleFailure<R, Row>(
  policy: OutcomePolicy<R, Row>,
  { record, scope, done: settle }: Waiting<R, Row>,
  error: InferenceError,
  attempts: number,
): void {
  const { createDefault, onDeadLetter } = policy;
  const isNull = isNullField(error);
  if (createDefault !== undefined && (isNull ? policy.defaultOnNull : policy.defaultOnError)) {
    settle({ outcome: "fallback", record, row: createDefault(), error });
    return;
  }
  // A cancelled record did not fail: its caller gave it up.
  if (onDeadLetter === undefined || scope.cancelled || (isNull && policy.skipOnNull)) {
    settle({ outcome: "failed", record, error, attempts });
    return;
  }
  const write = { onDeadLetter, wallClock: policy.wallClock };
  void settleAfterLetter(write, { record, error, attempts }).then(settle);
}

/** True when a record failed only because a nullable field was null. */
export function isNullField(error: InferenceError): boolean {
  return error.code === "encode" && (error as EncodeError).nullField;
}

/**
 * Tells a record's owner what became of its step. Nothing is told of a step that was given up, also when
 * that happens while its letter is written.
 */
export function settleStep<R, Row>(
  policy: OutcomePolicy<R, Row>,
  { record, scope, done }: Waiting<R, Row>,
  result: StepResult<Row>,
): void {
  if (scope.cancelled || result.kind === "nothing") return;
  if (result.kind === "row") {
    done({ outcome: "ok", record, row: result.row });
    return;
  }
  const settle: typeof done = (settled) => {
    if (!scope.cancelled) done(settled);
  };
  settleFailure(policy, { record, scope, done: settle }, result.error, result.attempts);
}
