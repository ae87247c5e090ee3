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

/** Makes the state machine of one sequence. @param model - for messages */
export function createSequenceTracker(
  id: SequencePosition["id"],
  model: string,
  onChange?: OnSequenceChange,
): SequenceTracker {
  let isLeft = false;
  let underWay: SequencePosition | undefined;
  let refusal: SequenceError | undefined;
  /** Why every further step fails; an error with its stack is made for the first that asks. */
  let refused: Refused | undefined;

  const change = (to: "open" | "ended" | "lost"): void => {
    const from = tracker.state;
    tracker.state = to;
    if (!isLeft && (from === "new" || from === "open") && from !== to) onChange?.(from, to);
  };

  const refuse = ({ reason, found }: Refused): SequenceError => {
    const message = `model "${model}": expected a live sequence, found ${found}`;
    return new SequenceError(message, { reason, steps: tracker.steps });
  };

  const close = (to: "ended" | "lost", why: Refused): void => {
    change(to);
    refused = why;
  };

  const lose = (fate: keyof typeof losses): void =>
    close("lost", { reason: fate, found: losses[fate] });

  // Plain members: a literal with getters is a table of its own, and every live key has one of these.
  const tracker: Mutable<SequenceTracker> = {
    id,
    state: "new",
    steps: 0,
    refusal() {
      if (refused !== undefined) refusal ??= refuse(refused);
      return refusal;
    },
    take(end) {
      const error = tracker.refusal();
      if (error !== undefined) throw error;
      if (underWay !== undefined) {
        throw new SequenceError(
          `model "${model}": expected one step of a sequence at a time, found two`,
          { reason: "step-unknown", steps: tracker.steps },
        );
      }
      underWay = { id, start: tracker.state === "new", end };
      return underWay;
    },
    applied() {
      if (underWay === undefined) return;
      tracker.steps += 1;
      if (underWay.end) close("ended", endSent);
      else change("open");
      underWay = undefined;
    },
    failed(error) {
      if (underWay === undefined) return error;
      const fate = fateOf(error, underWay);
      underWay = undefined;
      if (fate === "not-applied") return error;
      lose(fate);
      return new SequenceError(`model "${model}": ${error.message}; the sequence is lost`, {
        reason: fate,
        steps: tracker.steps,
        delivery: error.delivery,
        cause: error,
      });
    },
    abandoned() {
      if (underWay === undefined) return;
      underWay = undefined;
      lose("step-unknown");
    },
    leave() {
      if (!isLeft && tracker.state === "open") onChange?.("open", "left");
      isLeft = true;
    },
  };
  return tracker;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

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
