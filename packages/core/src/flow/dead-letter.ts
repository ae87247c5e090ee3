import { DeadLetterError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import type { Settled } from "./settled.ts";

/** A record that has no row, and why. */
export interface DeadLetter<R> {
  readonly record: R;
  /** Its message has neither values of tensors nor credentials. */
  readonly error: InferenceError;
  /** Exchanges that carried the record, retries and the parts of a split batch included. */
  readonly attempts: number;
  /** When the record failed, in milliseconds since 1970. */
  readonly timeMs: number;
}

/** Takes a record that has no row. The record settles once the promise does. */
export type OnDeadLetter<R> = (letter: DeadLetter<R>) => void | Promise<void>;

/** A place for dead letters; its `write` is what a model takes as `onDeadLetter`. */
export interface DeadLetterSink<R> extends AsyncDisposable {
  /** Resolves when the letter is durable. May be called again before that. */
  readonly write: (letter: DeadLetter<R>) => Promise<void>;
  /** Frees the place; letters under way are written first. */
  readonly close: () => Promise<void>;
}

/** How a letter gets to its place. */
export interface LetterWriting<R> {
  readonly onDeadLetter: OnDeadLetter<R>;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

/**
 * Hands a letter on, and settles its record once the letter is safe. A letter that gets lost fails the
 * record with a {@link DeadLetterError}, which no policy hides.
 */
export async function settleAfterLetter<R>(
  { onDeadLetter, wallClock }: LetterWriting<R>,
  letter: Omit<DeadLetter<R>, "timeMs">,
): Promise<Extract<Settled<R, never>, { outcome: "failed" }>> {
  const { record, error, attempts } = letter;
  try {
    await onDeadLetter({ ...letter, timeMs: wallClock() });
    return { outcome: "failed", record, error, attempts };
  } catch (cause) {
    return { outcome: "failed", record, error: new DeadLetterError(error, cause), attempts };
  }
}
