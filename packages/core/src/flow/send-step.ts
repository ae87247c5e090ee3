import { ClosedError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import type { SequencePosition } from "../protocol/request.ts";
import type { SequenceTracker } from "../sequence/sequence-tracker.ts";
import type { Scope } from "./entry.ts";
import type { Submitter } from "./gather.ts";
import type { Step } from "./step-gatherer.ts";

/** What became of one step, before the model's policies. */
export type StepResult<Row> =
  | { readonly kind: "row"; readonly row: Row }
  | { readonly kind: "error"; readonly error: InferenceError; readonly attempts: number }
  /** Its caller gave it up, or there was nothing to send. */
  | { readonly kind: "nothing" };

/** A step under way. */
export interface StepUnderWay<Row> {
  readonly result: Promise<StepResult<Row>>;
  /** Gives the step up. Its sequence is lost when the step has left. */
  cancel(reason: unknown): void;
}

/** Where steps go, and the sequence they belong to. */
export interface StepRoute<R, Row> {
  readonly gatherer: Pick<Submitter<Step<R>, Row>, "submit" | "cancel">;
  readonly tracker: SequenceTracker;
  /** Called when the step leaves. */
  readonly onSent?: () => void;
}

/** Sends one step and tells the tracker what became of it. Without a record it only ends the sequence. */
export function sendStep<R, Row>(
  { gatherer, tracker, onSent }: StepRoute<R, Row>,
  record: R | undefined,
  end: boolean,
): StepUnderWay<Row> {
  const scope: Scope = { cancelled: false, patient: false, at: 0 };
  let cancel = (_reason: unknown): void => undefined;
  const result = new Promise<StepResult<Row>>((resolve) => {
    if (record === undefined && tracker.state !== "open") {
      resolve({ kind: "nothing" });
      return;
    }
    const refusal = tracker.refusal();
    if (refusal !== undefined) {
      resolve({ kind: "error", error: refusal, attempts: 0 });
      return;
    }
    cancel = (reason) => {
      gatherer.cancel(scope, reason);
      tracker.abandoned();
      resolve({ kind: "nothing" });
    };
    const position = (): SequencePosition => {
      onSent?.();
      return tracker.take(end);
    };
    try {
      gatherer.submit({ record, isStart: tracker.state === "new", position }, scope, {
        done(settled) {
          if (settled.outcome === "failed") {
            const { error, attempts } = settled;
            resolve({ kind: "error", error: tracker.failed(error), attempts });
            return;
          }
          tracker.applied();
          resolve({ kind: "row", row: settled.row });
        },
      });
    } catch (error) {
      if (!(error instanceof ClosedError)) throw error;
      resolve({ kind: "error", error, attempts: 0 });
    }
  });
  return { result, cancel: (reason) => cancel(reason) };
}
