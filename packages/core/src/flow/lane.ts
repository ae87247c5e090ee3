import { createFifo, type Fifo } from "../queue/fifo.ts";
import type { Scope } from "./entry.ts";
import type { StepResult } from "./send-step.ts";
import { throwLater } from "./throw-later.ts";

/** A step that waits for its turn. */
export interface LaneItem<Row> {
  readonly scope: Scope;
  /** Called once, unless the item's scope is cancelled first. */
  done(result: StepResult<Row>): void;
}

/**
 * The steps of one sequence behind one another: one at a time, in the order in which they came. Every live key
 * has one, so it is a plain object, and what is done with it are functions that all share.
 */
export interface Lane<Item extends LaneItem<Row>, Row> {
  /** The one whose step is under way. */
  current: Item | undefined;
  /** Made when a step has to wait: most of many sequences never have two at once. */
  queue: Fifo<Item> | undefined;
  /** Something waits or is under way. */
  isWorking: boolean;
  /** The next step is being sent, and may settle while it is; or it is about to be. */
  isAdvancing: boolean;
  /** Sends an item's step; its end is told to {@link settleCurrent}, possibly before this returns. */
  run(item: Item): void;
  /** Gives up the step under way, which settles. */
  giveUp(reason: unknown): void;
  /** Called whenever nothing is left to do. */
  onQuiet(): void;
}

/** The state of a lane without steps. */
export const emptyLane = {
  current: undefined,
  queue: undefined,
  isWorking: false,
  isAdvancing: false,
} as const;

/** Puts a step behind the others. */
export function pushItem<Item extends LaneItem<Row>, Row>(lane: Lane<Item, Row>, item: Item): void {
  if (lane.isWorking) {
    lane.queue ??= createFifo();
    lane.queue.push(item);
    return;
  }
  lane.isWorking = true;
  advance(lane, item);
}

/** Tells the step under way what became of it; the next one follows. */
export function settleCurrent<Item extends LaneItem<Row>, Row>(
  lane: Lane<Item, Row>,
  result: StepResult<Row>,
): void {
  const item = lane.current;
  lane.current = undefined;
  try {
    if (item?.scope.cancelled === false) item.done(result);
  } catch (error) {
    throwLater(error);
  }
  // A loop and no recursion: any number of steps may settle while they are sent.
  if (!lane.isAdvancing) advance(lane, lane.queue?.shift());
}

/** Drops the steps of a scope; one that is under way is given up. */
export function cancelItems<Item extends LaneItem<Row>, Row>(
  lane: Lane<Item, Row>,
  scope: Scope,
  reason: unknown,
): void {
  scope.cancelled = true;
  lane.queue?.filter((item) => item.scope !== scope);
  if (lane.current?.scope === scope) giveUpCurrent(lane, reason);
}

/** The next step leaves in a later turn of the microtasks: whoever gives up this one may be about to give up that. */
function giveUpCurrent<Item extends LaneItem<Row>, Row>(
  lane: Lane<Item, Row>,
  reason: unknown,
): void {
  const { isAdvancing } = lane;
  lane.isAdvancing = true;
  lane.giveUp(reason);
  if (isAdvancing) return;
  if (lane.current === undefined) queueMicrotask(() => advance(lane, lane.queue?.shift()));
  else lane.isAdvancing = false;
}

function advance<Item extends LaneItem<Row>, Row>(
  lane: Lane<Item, Row>,
  first: Item | undefined,
): void {
  lane.isAdvancing = true;
  for (let item = first; item !== undefined; item = lane.queue?.shift()) {
    lane.current = item;
    lane.run(item);
    if (lane.current !== undefined) {
      lane.isAdvancing = false;
      return;
    }
  }
  lane.isAdvancing = false;
  lane.isWorking = false;
  lane.onQuiet();
}
