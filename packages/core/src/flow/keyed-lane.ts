import type { SequenceState, SequenceTracker } from "../sequence/sequence-tracker.ts";
import type { Chained } from "../queue/chain.ts";
import type { EndCause, SequenceEvent, SequenceKey } from "./keyed-sequences.ts";
import { longestTimerMs } from "../transport/clock.ts";
import { emptyLane, settleCurrent, type Lane, type LaneItem } from "./lane.ts";
import { sendReplayed, type Replayed, type ReplayTimes } from "./replay.ts";
import { sendStep, type StepOwner, type StepResult, type StepUnderWay } from "./send-step.ts";

/** A record on its way to the sequence of its key. */
export interface KeyedItem<R, Row> extends LaneItem<Row> {
  readonly record: R;
  readonly end: boolean;
}

/** What the lanes of all keys have in common. */
export interface KeyedLaneParts<R, Row> extends ReplayTimes {
  readonly gatherer: StepOwner<R, Row>["gatherer"];
  /** Makes the next sequence, with an id that was never used. */
  readonly createTracker: () => SequenceTracker;
  /** Records that are kept for a replay; 0: a loss is final. */
  readonly keepSteps: number;
  /** Longest quiet time; infinite: any. */
  readonly idleMs: number;
  readonly tell: (event: SequenceEvent) => void;
  readonly onQuiet: (lane: KeyedLane<R, Row>) => void;
  readonly onIdle: (lane: KeyedLane<R, Row>) => void;
}

/**
 * The records of one key, and its sequences one after the other. There is one for each live key: it is one plain
 * object, whose functions all lanes share.
 */
export interface KeyedLane<R, Row>
  extends
    Lane<KeyedItem<R, Row>, Row>,
    StepOwner<R, Row>,
    Chained<KeyedLane<R, Row>>,
    Replayed<R, Row> {
  readonly key: SequenceKey;
  readonly parts: KeyedLaneParts<R, Row>;
  /** The live sequence; made when its first step is sent. */
  tracker: SequenceTracker | undefined;
  /** Its state before the step under way. */
  stateBefore: SequenceState;
  underWay: StepUnderWay | undefined;
  kept: R[] | undefined;
  /** When its last step left, on the clock; kept where there is an idle time. */
  lastSentMs: number;
  cancelTimer: (() => void) | undefined;
  /** It was taken from the live ones. */
  isOver: boolean;
}

/** Makes the lane of one key. */
export function createKeyedLane<R, Row>(
  key: SequenceKey,
  parts: KeyedLaneParts<R, Row>,
): KeyedLane<R, Row> {
  return {
    ...emptyLane,
    key,
    parts,
    gatherer: parts.gatherer,
    before: undefined,
    after: undefined,
    tracker: undefined,
    stateBefore: "new",
    underWay: undefined,
    kept: undefined,
    lastSentMs: 0,
    cancelTimer: undefined,
    isOver: false,
    run,
    giveUp,
    onQuiet,
    live,
    stepLeft,
    stepSettled,
    noteChange,
    keep,
    restart,
  };
}

/** True while the next step begins a sequence. */
export function isNew<R, Row>({ tracker }: KeyedLane<R, Row>): boolean {
  return tracker === undefined || tracker.state === "new";
}

/** True when it has been quiet for too long, whether or not a timer has noticed. */
export function isIdle<R, Row>(lane: KeyedLane<R, Row>): boolean {
  return lane.parts.idleMs !== Number.POSITIVE_INFINITY && !lane.isWorking && leftMs(lane) <= 0;
}

/** Looks after the idle time of a lane that is quiet: one timer for many steps, set anew when it fires. */
export function watch<R, Row>(lane: KeyedLane<R, Row>): void {
  const { idleMs, clock, onIdle } = lane.parts;
  if (idleMs === Number.POSITIVE_INFINITY || lane.cancelTimer !== undefined) return;
  const onTimer = (): void => {
    lane.cancelTimer = undefined;
    if (isIdle(lane)) onIdle(lane);
    else if (!lane.isWorking) watch(lane);
  };
  lane.cancelTimer = clock.setTimer(onTimer, Math.min(longestTimerMs, Math.max(0, leftMs(lane))));
}

/** Ends the lane's sequence, as well as that goes: nobody hears of a failure. Nothing may be pushed any more. */
export function finish<R, Row>(lane: KeyedLane<R, Row>, cause: EndCause): void {
  stopWatching(lane);
  endSequence(lane, cause);
}

/** Lets go of the lane's timer and leaves its sequence to the server's idle time. */
export function abandon<R, Row>(lane: KeyedLane<R, Row>): void {
  stopWatching(lane);
  lane.tracker?.leave();
}

function leftMs<R, Row>({ lastSentMs, parts }: KeyedLane<R, Row>): number {
  return lastSentMs + parts.idleMs - parts.clock.now();
}

function stopWatching<R, Row>(lane: KeyedLane<R, Row>): void {
  lane.cancelTimer?.();
  lane.cancelTimer = undefined;
}

function live<R, Row>(this: KeyedLane<R, Row>): SequenceTracker {
  if (this.tracker !== undefined) return this.tracker;
  const { createTracker, keepSteps } = this.parts;
  this.kept = keepSteps > 0 ? [] : undefined;
  this.tracker = createTracker();
  noteTime(this);
  return this.tracker;
}

function noteTime<R, Row>(lane: KeyedLane<R, Row>): void {
  const { idleMs, clock } = lane.parts;
  // Reading the time costs as much as the rest of this.
  if (idleMs !== Number.POSITIVE_INFINITY) lane.lastSentMs = clock.now();
}

function endSequence<R, Row>(lane: KeyedLane<R, Row>, cause: EndCause): void {
  const { tracker, kept, key, parts, gatherer } = lane;
  if (tracker === undefined) return;
  lane.tracker = undefined;
  // Ending half a replay would pass for the end of the whole.
  if (tracker.state !== "lost" && tracker.steps < (kept?.length ?? 0)) {
    parts.tell({ kind: "lost", id: tracker.id, key });
    tracker.leave();
    return;
  }
  if (tracker.state !== "open") return;
  parts.tell({ kind: "ended", id: tracker.id, cause, key });
  // An end that did not arrive leaves the sequence to the server's idle time.
  const owner = { gatherer, stepLeft: ignore, stepSettled: () => tracker.leave() };
  sendStep(owner, tracker, undefined, true);
}

function run<R, Row>(this: KeyedLane<R, Row>, item: KeyedItem<R, Row>): void {
  const tracker = this.live();
  if (this.kept === undefined) {
    this.stateBefore = tracker.state;
    this.underWay = sendStep(this, tracker, item.record, item.end);
    return;
  }
  this.underWay = sendReplayed(this, this.parts, item, (result) => settleItem(this, result));
}

function giveUp<R, Row>(this: KeyedLane<R, Row>, reason: unknown): void {
  this.underWay?.cancel(reason);
}

function onQuiet<R, Row>(this: KeyedLane<R, Row>): void {
  this.parts.onQuiet(this);
}

function stepLeft<R, Row>(this: KeyedLane<R, Row>): void {
  noteTime(this);
}

function stepSettled<R, Row>(this: KeyedLane<R, Row>, result: StepResult<Row>): void {
  this.noteChange(this.stateBefore);
  settleItem(this, result);
}

function settleItem<R, Row>(lane: KeyedLane<R, Row>, result: StepResult<Row>): void {
  lane.underWay = undefined;
  // Also when the step failed: its record was the last one, so the next begins something new.
  if (lane.current?.end === true) endSequence(lane, "last");
  settleCurrent(lane, result);
}

function noteChange<R, Row>(this: KeyedLane<R, Row>, before: SequenceState): void {
  const { tracker, parts, key } = this;
  if (tracker === undefined || tracker.state === before) return;
  const { state, id } = tracker;
  if (before === "new" && state !== "lost") parts.tell({ kind: "started", id, key });
  if (state === "ended") parts.tell({ kind: "ended", id, cause: "last", key });
  if (state === "lost") parts.tell({ kind: "lost", id, key });
}

function keep<R, Row>(this: KeyedLane<R, Row>, record: R): void {
  if (this.kept === undefined) return;
  if (this.kept.length < this.parts.keepSteps) this.kept.push(record);
  else this.kept = undefined;
}

function restart<R, Row>(this: KeyedLane<R, Row>): void {
  const { createTracker, tell } = this.parts;
  this.tracker = createTracker();
  tell({ kind: "restarted", id: this.tracker.id, key: this.key });
}

function ignore(): void {}
