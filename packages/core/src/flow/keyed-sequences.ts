import type { SequencePosition } from "../protocol/request.ts";

/** What tells one sequence of a stream from another. 42 and "42" are two keys. */
export type SequenceKey = string | number | bigint | boolean;

/** Why Nereid ended a sequence: its record said so, it was quiet, the stream ended, or others came. */
export type EndCause = "last" | "idle" | "drain" | "evicted";

/** Something that happened to the sequence of a key. */
export interface SequenceEvent {
  readonly kind: "started" | "ended" | "lost" | "restarted";
  readonly key: SequenceKey;
  /** The id on the server: random, and new for each sequence. */
  readonly id: SequencePosition["id"];
  /** Set for `ended`. */
  readonly cause?: EndCause;
}

/**
 * How a stream of records is spread over sequences of a stateful model: one live sequence for each
 * key, one step at a time for a key and any number of keys side by side.
 *
 * A sequence starts with the first record of its key. It ends with a record that `isLast` picks, when
 * it was quiet for the idle time, when more keys are live than `maxLive`, and with the stream; the next
 * record of the key then starts another one. Triton ends a sequence only with an inference: unless
 * `isLast` picked a record, the model sees one more step, of zeros, whose answer is dropped. No record
 * is held back to look for the one behind it, for it could wait for ever.
 */
export interface KeyedSequences<R> {
  /** The record's key. What it throws fails that record alone. */
  readonly key: (record: R) => SequenceKey;
  /** Picks the records that end their sequence: the end travels with them. Default: none. */
  readonly isLast?: (record: R) => boolean;
  /**
   * How long a key may be quiet, in milliseconds, counted from its last step's departure. Default: the
   * option `sequence-idle`.
   */
  readonly idleMs?: number;
  /**
   * Keys with a live sequence at most; the one that was quiet for longest is ended for another. More
   * are live only while all of them have records under way. Default: 10,000.
   */
  readonly maxLive?: number;
  /**
   * What a loss means for the key's later records.
   *
   * - `fail`: each fails with a SequenceError, until the key's sequence would have ended.
   * - `restart`: the steps that were answered are replayed from the start under a new id, their answers
   *   dropped, and the record is sent again: in the sequence that counts, each step is applied once.
   *   A sequence that has outgrown `keepSteps` fails.
   *
   * Default: `fail`.
   */
  readonly onLost?: "fail" | "restart";
  /** Records of a sequence that `restart` keeps for its replay. Default: 1,000. */
  readonly keepSteps?: number;
  /** Told of each start, end, loss and restart, behind the turn in which it happened. */
  readonly onEvent?: (event: SequenceEvent) => void;
}
