import { ClosedError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import type { SequencePosition } from "../protocol/request.ts";
import type { SequenceTracker } from "../sequence/sequence-tracker.ts";
import type { Scope, Taker } from "./entry.ts";
import type { Submitter } from "./gather.ts";
import type { Settled } from "./settled.ts";
import type { Step } from "./step-gatherer.ts";

/** What became of one step, before the model's policies. */
export type StepResult<Row> =
  | { readonly kind: "row"; readonly row: Row }
  | { readonly kind: "error"; readonly error: InferenceError; readonly attempts: number }
  /** Its caller gave it up, or there was nothing to send. */
  | { readonly kind: "nothing" };

/** Something that can be given up. */
export interface StepUnderWay {
  /** Gives the step up. Its sequence is lost when the step has left. */
  cancel(reason: unknown): void;
}

/** Sends steps and hears of them. */
export interface StepOwner<R, Row> {
  readonly gatherer: Pick<Submitter<Step<R>, Row>, "submit" | "cancel">;
  /** Called when a step leaves. */
  stepLeft(): void;
  /** Told once what became of a step, possibly while it is sent. */
  stepSettled(result: StepResult<Row>): void;
}

/** A step is its own scope and its own taker, with functions that all steps share. */
interface OwnedStep<R, Row> extends Step<R>, Scope, Taker<Step<R>, Row>, StepUnderWay {
  readonly owner: StepOwner<R, Row>;
  readonly tracker: SequenceTracker;
  readonly end: boolean;
  isOver: boolean;
}

/**
 * Sends one step and tells the tracker what became of it. Without a record it only ends the sequence.
 *
 * @returns undefined when that is known already
 */
export function sendStep<R, Row>(
  owner: StepOwner<R, Row>,
  tracker: SequenceTracker,
  record: R | undefined,
  end: boolean,
): StepUnderWay | undefined {
  if (record === undefined && tracker.state !== "open") {
    owner.stepSettled({ kind: "nothing" });
    return undefined;
  }
  const refusal = tracker.refusal();
  if (refusal !== undefined) {
    owner.stepSettled({ kind: "error", error: refusal, attempts: 0 });
    return undefined;
  }
  const step: OwnedStep<R, Row> = {
    cancelled: false,
    patient: false,
    at: 0,
    record,
    isStart: tracker.state === "new",
    owner,
    tracker,
    end,
    isOver: false,
    position,
    done,
    cancel,
  };
  try {
    owner.gatherer.submit(step, step, step);
  } catch (error) {
    if (!(error instanceof ClosedError)) throw error;
    settle(step, { kind: "error", error, attempts: 0 });
  }
  return step.isOver ? undefined : step;
}

function position<R, Row>(this: OwnedStep<R, Row>): SequencePosition {
  this.owner.stepLeft();
  return this.tracker.take(this.end);
}

function done<R, Row>(this: OwnedStep<R, Row>, settled: Settled<Step<R>, Row>): void {
  if (this.isOver) return;
  if (settled.outcome === "failed") {
    const { error, attempts } = settled;
    settle(this, { kind: "error", error: this.tracker.failed(error), attempts });
    return;
  }
  this.tracker.applied();
  settle(this, { kind: "row", row: settled.row });
}

function cancel<R, Row>(this: OwnedStep<R, Row>, reason: unknown): void {
  if (this.isOver) return;
  this.owner.gatherer.cancel(this, reason);
  this.tracker.abandoned();
  settle(this, { kind: "nothing" });
}

/** An observer that is told of the sequence may give the step up before its own result is told. */
function settle<R, Row>(step: OwnedStep<R, Row>, result: StepResult<Row>): void {
  if (step.isOver) return;
  step.isOver = true;
  step.owner.stepSettled(result);
}
