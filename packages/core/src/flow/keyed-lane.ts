import type { SequenceState } from "../sequence/sequence-tracker.ts";
import type { Clock } from "../transport/clock.ts";
import type { Conversation } from "./conversation.ts";
import type { EndCause } from "./keyed-sequences.ts";
import { createLane, type Lane, type LaneItem } from "./lane.ts";

/** A record on its way to the sequence of its key. */
export interface KeyedItem<R, Row> extends LaneItem<Row> {
  readonly record: R;
  readonly end: boolean;
}

/** What a key's lane is made of. */
export interface KeyedLaneParts<R, Row> {
  readonly createConversation: () => Conversation<R, Row>;
  /** Longest quiet time; undefined: any. */
  readonly idleMs: number | undefined;
  readonly clock: Clock;
  readonly onQuiet: (lane: KeyedLane<R, Row>) => void;
  readonly onIdle: (lane: KeyedLane<R, Row>) => void;
}

/** The records of one key, and its sequences one after the other. */
export interface KeyedLane<R, Row> extends Lane<KeyedItem<R, Row>> {
  state(): SequenceState;
  /** True when it has been quiet for too long, whether or not a timer has noticed. */
  isIdle(): boolean;
  /** Looks after its idle time; call it when it has become quiet. */
  watch(): void;
  /** Ends its sequence. Nothing may be pushed any more. */
  finish(cause: EndCause): void;
  /** Lets go of its timer and leaves its sequence to the server's idle time. */
  abandon(): void;
}

/** Longest wait that a clock takes. */
const maxTimerMs = 2 ** 31 - 1;

/** Makes the lane of one key. */
export function createKeyedLane<R, Row>(parts: KeyedLaneParts<R, Row>): KeyedLane<R, Row> {
  const { createConversation, clock, idleMs = Number.POSITIVE_INFINITY } = parts;
  let conversation = createConversation();
  let cancelTimer: (() => void) | undefined;

  const leftMs = (): number => conversation.lastSentMs() + idleMs - clock.now();

  /** One timer for many steps: it is set anew when it fires, not with each step. */
  const watch = (): void => {
    if (idleMs === Number.POSITIVE_INFINITY || cancelTimer !== undefined) return;
    const onTimer = (): void => {
      cancelTimer = undefined;
      if (lane.isIdle()) parts.onIdle(lane);
      else if (lane.isQuiet()) watch();
    };
    cancelTimer = clock.setTimer(onTimer, Math.min(maxTimerMs, Math.max(0, leftMs())));
  };

  const stopWatching = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
  };

  const queue = createLane<KeyedItem<R, Row>, Row>({
    run({ record, end }) {
      const step = conversation.step(record, end);
      if (!end) return step;
      // Also when the step failed: its record was the last one, so the next begins something new.
      const result = step.result.finally(() => {
        conversation.finish("last");
        conversation = createConversation();
      });
      return { ...step, result };
    },
    onQuiet() {
      parts.onQuiet(lane);
    },
  });

  const lane: KeyedLane<R, Row> = {
    ...queue,
    state: () => conversation.state(),
    isIdle: () => queue.isQuiet() && leftMs() <= 0,
    watch,
    finish(cause) {
      stopWatching();
      conversation.finish(cause);
    },
    abandon() {
      stopWatching();
      conversation.abandon();
    },
  };
  return lane;
}
