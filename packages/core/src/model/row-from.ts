import { isNullField } from "../flow/outcome-policy.ts";
import type { Settled } from "../flow/settled.ts";
import type { ModelOptions } from "../options/model-options.ts";
import type { DeadLetter } from "./model.ts";

/** Takes a record that has no row. A promise is awaited before the stream goes on. */
export type OnDeadLetter<R> = (letter: DeadLetter<R>) => void | Promise<void>;

/** What is done with a record that failed. */
type FailureAction = "throw" | "leave-out" | "dead-letter";

/** Decides what a stream of rows makes of an outcome; see `Model.rowFrom`. */
export function createRowFrom<R, Row>(
  options: Pick<ModelOptions, "onError" | "onNull">,
  onDeadLetter: OnDeadLetter<R> | undefined,
): (settled: Settled<R, Row>) => Row | undefined | Promise<undefined> {
  return (settled) => {
    if (settled.outcome !== "failed") return settled.row;
    const action = failureAction(options, settled);
    if (action === "throw") throw settled.error;
    if (action === "leave-out") return undefined;
    const { record, error } = settled;
    return Promise.resolve(onDeadLetter?.({ record, error })).then(() => undefined);
  };
}

function failureAction<R, Row>(
  { onError, onNull }: Pick<ModelOptions, "onError" | "onNull">,
  { error }: Extract<Settled<R, Row>, { outcome: "failed" }>,
): FailureAction {
  if (isNullField(error) && onNull === "skip") return "leave-out";
  if (onError === "skip") return "leave-out";
  return onError === "dead-letter" ? "dead-letter" : "throw";
}
