import { ClosedError, EncodeError } from "../errors/errors.ts";
import { shielded } from "../layers/observe.ts";
import { createChain } from "../queue/chain.ts";
import type { Taker } from "./entry.ts";
import type { Submitter } from "./gather.ts";
import {
  abandon,
  createKeyedLane,
  finish,
  isIdle,
  isNew,
  watch,
  type KeyedItem,
  type KeyedLane,
  type KeyedLaneParts,
} from "./keyed-lane.ts";
import { createKeyOrder, type KeyOrder } from "./key-order.ts";
import type { EndCause, KeyedSequences, SequenceEvent, SequenceKey } from "./keyed-sequences.ts";
import { cancelItems, pushItem } from "./lane.ts";
import { settleStep, type OutcomePolicy } from "./outcome-policy.ts";
import type { StepResult } from "./send-step.ts";
import type { Settled } from "./settled.ts";

/** What keyed sequences take from their model. */
export interface KeyedParts<R, Row> extends Pick<
  KeyedLaneParts<R, Row>,
  "gatherer" | "createTracker" | "backoffMs" | "clock"
> {
  readonly modelName: string;
  readonly policy: OutcomePolicy<R, Row>;
  /** Called when everything was let go of. */
  readonly onAbandoned: () => void;
}

/** Sends each record into the live sequence of its key. */
export interface KeyedSubmitter<R, Row> extends Submitter<R, Row> {
  /** Keys with a live sequence. */
  readonly live: number;
  /** Takes no more records, lets the others settle, then ends every sequence. */
  close(): Promise<void>;
  /** Lets go of everything at once; sequences are left to the server's idle time. */
  abandon(): void;
}

const defaultMaxLive = 10_000;
const defaultKeepSteps = 1000;

/** Makes the sequences of one stream. Outcomes of a key come in the order of its records. */
export function createKeyedSubmitter<R, Row>(
  parts: KeyedParts<R, Row>,
  options: KeyedSequences<R>,
): KeyedSubmitter<R, Row> {
  const { modelName, policy } = parts;
  const { onLost = "fail", keepSteps = defaultKeepSteps, maxLive = defaultMaxLive } = options;
  checkWhole("keepSteps", keepSteps);
  checkWhole("maxLive", maxLive);
  const lanes = new Map<SequenceKey, KeyedLane<R, Row>>();
  /** Those with nothing under way; the one that is quiet for longest first. */
  const quiet = createChain<KeyedLane<R, Row>>();
  const settling: Settling<R, Row> = { policy, order: createKeyOrder() };
  const empty = Promise.withResolvers<void>();
  let draining = false;
  let closed = false;

  const tell = (event: SequenceEvent): void => {
    const { onEvent } = options;
    if (onEvent === undefined) return;
    const told = shielded(onEvent);
    // In a turn of its own: what an observer throws is nobody's outcome, and must not end the process.
    queueMicrotask(() => told(event));
  };

  const finishWhenEmpty = (): void => {
    if (closed && lanes.size === 0) empty.resolve();
  };

  const remove = (lane: KeyedLane<R, Row>, cause: EndCause): void => {
    lane.isOver = true;
    lanes.delete(lane.key);
    quiet.remove(lane);
    finish(lane, cause);
    finishWhenEmpty();
  };

  /** Makes room for `more` lanes, as far as quiet ones can go. */
  const evict = (more: number): void => {
    while (lanes.size + more > maxLive) {
      const lane = quiet.first;
      if (lane === undefined) return;
      remove(lane, "evicted");
    }
  };

  const laneParts: KeyedLaneParts<R, Row> = {
    ...parts,
    keepSteps: onLost === "restart" ? keepSteps : 0,
    idleMs: options.idleMs ?? Number.POSITIVE_INFINITY,
    tell,
    onQuiet(lane) {
      if (lane.isOver) return;
      if (draining || isNew(lane)) remove(lane, "drain");
      else {
        quiet.add(lane);
        watch(lane);
      }
      evict(0);
    },
    onIdle: (lane) => remove(lane, "idle"),
  };

  const open = (key: SequenceKey): KeyedLane<R, Row> => {
    evict(1);
    const lane = createKeyedLane(key, laneParts);
    lanes.set(key, lane);
    return lane;
  };

  const known = (key: SequenceKey): KeyedLane<R, Row> | undefined => {
    const lane = lanes.get(key);
    if (lane === undefined || !isIdle(lane)) return lane;
    remove(lane, "idle");
    return undefined;
  };

  const refuseWhenClosed = (): void => {
    if (!closed) return;
    throw new ClosedError(`model "${modelName}": expected it open, found it closed`);
  };

  const flush = (): void => {
    draining = true;
    for (let lane = quiet.first; lane !== undefined; lane = quiet.first) remove(lane, "drain");
  };

  return {
    get live() {
      return lanes.size;
    },
    submit(record, scope, taker) {
      refuseWhenClosed();
      const place = placeOf(options, record);
      // Its owner's functions may have given up the stream, or closed the model.
      if (scope.cancelled) return;
      refuseWhenClosed();
      if (place instanceof EncodeError) {
        const done = (settled: Settled<R, Row>): void => taker.done(settled);
        settleStep(policy, { record, scope, done }, { kind: "error", error: place, attempts: 0 });
        return;
      }
      const { key, end } = place;
      const lane = known(key) ?? open(key);
      quiet.remove(lane);
      const item: TakenItem<R, Row> = {
        record,
        end,
        scope,
        taker,
        key,
        settling,
        done: settleItem,
      };
      pushItem(lane, item);
    },
    flush,
    cancel(scope, reason) {
      scope.cancelled = true;
      for (const lane of lanes.values()) if (lane.isWorking) cancelItems(lane, scope, reason);
    },
    close() {
      closed = true;
      flush();
      finishWhenEmpty();
      return empty.promise;
    },
    abandon() {
      closed = true;
      for (const lane of lanes.values()) {
        lane.isOver = true;
        abandon(lane);
      }
      lanes.clear();
      empty.resolve();
      parts.onAbandoned();
    },
  };
}

/** What the outcomes of all records have in common. */
interface Settling<R, Row> {
  readonly policy: OutcomePolicy<R, Row>;
  readonly order: KeyOrder<Settled<R, Row>>;
}

interface TakenItem<R, Row> extends KeyedItem<R, Row> {
  readonly key: SequenceKey;
  readonly taker: Taker<R, Row>;
  readonly settling: Settling<R, Row>;
}

function settleItem<R, Row>(this: TakenItem<R, Row>, result: StepResult<Row>): void {
  const { record, scope, taker, key, settling } = this;
  const { policy, order } = settling;
  const done = (settled: Settled<R, Row>): void => taker.done(settled);
  // A letter takes its time, which the key's next record in the stream must not overtake.
  const isHeld = scope.patient && policy.onDeadLetter !== undefined;
  settleStep(policy, { record, scope, done: isHeld ? order.place(key, done) : done }, result);
}

interface Place {
  readonly key: SequenceKey;
  readonly end: boolean;
}

/** Where a record belongs; an error when its owner's functions cannot tell. */
function placeOf<R>({ key, isLast }: KeyedSequences<R>, record: R): Place | EncodeError {
  let found: Place;
  try {
    found = { key: key(record), end: Boolean(isLast?.(record)) };
  } catch (cause) {
    if (cause instanceof EncodeError) return cause;
    return new EncodeError("sequence key: expected one of the record, found an error", { cause });
  }
  if (keyTypes.has(typeof found.key)) return found;
  return new EncodeError(
    `sequence key: expected a text, number, bigint or boolean, found ${typeof found.key}`,
  );
}

const keyTypes: ReadonlySet<string> = new Set(["string", "number", "bigint", "boolean"]);

function checkWhole(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new RangeError(`${name}: expected a whole number from 1 on, found ${value}`);
}
