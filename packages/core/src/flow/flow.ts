import type { KeyedSequences } from "./keyed-sequences.ts";
import type { Settled } from "./settled.ts";

/** How records of type R go through a {@link Flow}. */
export interface FlowOptions<R = unknown> {
  /** Settle in the order of the records. Default: true. */
  readonly ordered?: boolean;
  /** Records under way at most, waiting for their turn included. Default: what keeps the model busy. */
  readonly window?: number;
  /**
   * Sends each record into the live sequence of its key, for a stateful model. Records of a key settle
   * in their order, also with `ordered: false`. Default: the option `sequence-key`.
   */
  readonly sequence?: KeyedSequences<R>["key"] | KeyedSequences<R>;
  /** Closes the flow when it aborts; operators rethrow its reason as it is. */
  readonly signal?: AbortSignal;
}

/**
 * The callback core below every stream operator: records go in while there is room, settled records
 * come out, `wake` says when to look again. An operator is a thin adapter over it.
 *
 * Not re-entrant and not for several readers: one adapter owns a flow.
 */
export interface Flow<R, Row> {
  /** How many records may be pushed now. */
  readonly room: number;
  /** Records pushed and not yet shifted. */
  readonly size: number;
  /** True after `close`, after the signal aborted and when it was stopped: nothing settles any more. */
  readonly closed: boolean;
  /** Takes a record. @throws RangeError when there is no room; ClosedError after `close` */
  push(record: R): void;
  /**
   * The next settled record in output order, or undefined when none is ready.
   *
   * @throws UnavailableError or ClosedError when the stream was stopped, once everything before has come out;
   *   what is still in it is not settled
   */
  shift(): Settled<R, Row> | undefined;
  /** Sends what has gathered without waiting for more: the source has ended. */
  flush(): void;
  /**
   * Drops everything under way and lets go of the signal. Call it at the end of the stream as well;
   * a second call does nothing.
   *
   * @param reason - what exchanges that are under way are aborted with
   */
  close(reason?: unknown): void;
}
