import { SequenceError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import type { SequencePosition } from "../protocol/request.ts";
import { stepFate, type StepFate } from "./step-fate.ts";

/**
 * Where a sequence stands. `ended` and `lost` are final: a sequence never starts again, for a second
 * start under the same id would throw the first one's state away without a word.
 */
export type SequenceState = "new" | "open" | "ended" | "lost";

/** Follows one sequence and says what may be sent next. One step at a time. */
export interface SequenceTracker {
  readonly id: SequencePosition["id"];
  readonly state: SequenceState;
  /** Steps answered with a row. */
  readonly steps: number;
  /** What every further step fails with; undefined while the sequence can go on. */
  refusal(): SequenceError | undefined;
  /**
   * The position of the step that leaves now.
   *
   * @throws SequenceError after the end, after a loss, or while a step is under way
   */
  take(end: boolean): SequencePosition;
  /** The step under way was answered with a row. */
  applied(): void;
  /**
   * The step under way failed, or never left. Returns what to tell its caller: the error itself where
   * the state is what it was, a SequenceError where the sequence is lost.
   */
  failed(error: InferenceError): InferenceError;
  /** The caller gave up the step under way: it may have been applied. */
  abandoned(): void;
  /** Its owner lets go of it. Nothing is told of it any more. */
  leave(): void;
}

/** Told when a sequence begins and when it is over. @param to - `left`: without an end */
export type OnSequenceChange = (
  from: "new" | "open",
  to: Exclude<SequenceState, "new"> | "left",
) => void;

/** A tracker with what it remembers. Its functions are shared: with some of its own it was a kilobyte for each live key. */
interface Tracked extends Mutable<SequenceTracker> {
  readonly model: string;
  readonly onChange: OnSequenceChange | undefined;
  isLeft: boolean;
  underWay: SequencePosition | undefined;
  /** Why every further step fails; an error with its stack is made for the first that asks. */
  refused: Refused | undefined;
  error: SequenceError | undefined;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Makes the state machine of one sequence. @param model - for messages */
export function createSequenceTracker(
  id: SequencePosition["id"],
  model: string,
  onChange?: OnSequenceChange,
): SequenceTracker {
  const tracked: Tracked = {
    id,
    state: "new",
    steps: 0,
    model,
    onChange,
    isLeft: false,
    underWay: undefined,
    refused: undefined,
    error: undefined,
    refusal,
    take,
    applied,
    failed,
    abandoned,
    leave,
  };
  return tracked;
}

function refusal(this: Tracked): SequenceError | undefined {
  if (this.refused !== undefined) this.error ??= refuse(this, this.refused);
  return this.error;
}

function take(this: Tracked, end: boolean): SequencePosition {
  const error = this.refusal();
  if (error !== undefined) throw error;
  if (this.underWay !== undefined) {
    throw new SequenceError(
      `model "${this.model}": expected one step of a sequence at a time, found two`,
      { reason: "step-unknown", steps: this.steps },
    );
  }
  this.underWay = { id: this.id, start: this.state === "new", end };
  return this.underWay;
}

function applied(this: Tracked): void {
  if (this.underWay === undefined) return;
  const { end } = this.underWay;
  this.underWay = undefined;
  this.steps += 1;
  if (end) close(this, "ended", endSent);
  else change(this, "open");
}

function failed(this: Tracked, error: InferenceError): InferenceError {
  if (this.underWay === undefined) return error;
  const fate = fateOf(error, this.underWay);
  this.underWay = undefined;
  if (fate === "not-applied") return error;
  lose(this, fate);
  return new SequenceError(`model "${this.model}": ${error.message}; the sequence is lost`, {
    reason: fate,
    steps: this.steps,
    delivery: error.delivery,
    cause: error,
  });
}

function abandoned(this: Tracked): void {
  if (this.underWay === undefined) return;
  this.underWay = undefined;
  lose(this, "step-unknown");
}

function leave(this: Tracked): void {
  if (!this.isLeft && this.state === "open") this.onChange?.("open", "left");
  this.isLeft = true;
}

function change(tracked: Tracked, to: "open" | "ended" | "lost"): void {
  const from = tracked.state;
  tracked.state = to;
  if (tracked.isLeft || from === to) return;
  if (from === "new" || from === "open") tracked.onChange?.(from, to);
}

function close(tracked: Tracked, to: "ended" | "lost", why: Refused): void {
  // First, for who is told of the change may ask for the next step.
  tracked.refused = why;
  change(tracked, to);
}

function lose(tracked: Tracked, fate: keyof typeof losses): void {
  close(tracked, "lost", { reason: fate, found: losses[fate] });
}

function refuse({ model, steps }: Tracked, { reason, found }: Refused): SequenceError {
  const message = `model "${model}": expected a live sequence, found ${found}`;
  return new SequenceError(message, { reason, steps });
}

interface Refused {
  readonly reason: SequenceError["reason"];
  readonly found: string;
}

const endSent: Refused = { reason: "ended", found: "one whose end was sent" };

const losses = {
  "step-unknown": "one that was lost with a step of unknown fate",
  "output-lost": "one that was lost with an answer that could not be read",
  forgotten: "one that the server has forgotten",
} as const satisfies Partial<Record<StepFate, string>>;

/** A model that is missing when a sequence starts has no state to lose. */
function fateOf(error: InferenceError, { start }: SequencePosition): StepFate {
  const fate = stepFate(error);
  const isMissing = error.code === "server" && "outcome" in error && error.outcome === "not-found";
  return start && isMissing ? "not-applied" : fate;
}
