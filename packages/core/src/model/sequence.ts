import type { SequencePosition } from "../protocol/request.ts";
import type { SequenceState } from "../sequence/sequence-tracker.ts";
import type { PredictOptions } from "./model.ts";

/** What {@link Sequence} is opened with. */
export interface SequenceSettings {
  /**
   * A text of 1 to 128 bytes, or a number from 1 to 2^64 - 1; 42 and "42" are two sequences. Two
   * clients with one id corrupt each other. Default: a random number of 63 bits.
   */
  readonly id?: SequencePosition["id"];
}

/** Options of one step. */
export interface StepOptions extends PredictOptions {
  /** Ends the sequence with this step: the server forgets it. Default: false. */
  readonly end?: boolean;
}

/**
 * One conversation with a stateful model: `new`, `open` after the first answered step, then `ended` or
 * `lost`, for good. Steps queue behind one another; start and end are set for them.
 *
 * It is `lost` when a step's fate is unknown (no answer, 500, or an abort of a step that has left) or
 * when the server has forgotten it. That step, and each one after it, fails with a SequenceError; the
 * caller alone can begin anew, with another `model.sequence()`.
 *
 * A step that fails without having touched the state (it does not fit, or was refused or never sent)
 * fails alone, and the sequence goes on without it.
 */
export interface Sequence<R extends object, Row extends object> extends AsyncDisposable {
  readonly id: SequencePosition["id"];
  readonly state: SequenceState;
  /** Steps answered with a row. */
  readonly steps: number;
  /**
   * One step. Failures are treated as `model.predict` treats them.
   *
   * @throws SequenceError when the sequence is ended or lost, or is lost with this step; ClosedError
   *   after `close`
   */
  predict(record: R, options?: StepOptions): Promise<Row>;
  /**
   * Ends an open sequence behind the steps that wait. Triton ends one only with an inference, so the
   * model sees one more step, of zeros, whose answer is dropped. Where the last record is known, prefer
   * `predict(record, { end: true })`. Then takes no more steps. Of one that is lost or has ended there is
   * nothing to end: resolves at once.
   *
   * @throws SequenceError or the step's own error when the server may still hold the sequence
   */
  end(): Promise<void>;
  /**
   * Takes no more steps and waits for those under way. Sends nothing: the state of a sequence that was
   * not ended stays on the server until its idle time has passed.
   */
  close(): Promise<void>;
}
