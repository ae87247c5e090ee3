import { ClosedError, EncodeError } from "../errors/errors.ts";
import type { Clock } from "../transport/clock.ts";
import { createConversation, type ConversationParts } from "./conversation.ts";
import type { Submitter } from "./gather.ts";
import { createKeyedLane, type KeyedLane } from "./keyed-lane.ts";
import { createKeyOrder } from "./key-order.ts";
import type { EndCause, KeyedSequences, SequenceEvent, SequenceKey } from "./keyed-sequences.ts";
import { shielded } from "../layers/observe.ts";
import { settleStep, type OutcomePolicy } from "./outcome-policy.ts";
import type { Settled } from "./settled.ts";

/** What keyed sequences take from their model. */
export interface KeyedParts<R, Row> extends Pick<
  ConversationParts<R, Row>,
  "gatherer" | "createTracker" | "backoffMs"
> {
  readonly modelName: string;
  readonly policy: OutcomePolicy<R, Row>;
  readonly clock: Clock;
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
  const { modelName, policy, clock } = parts;
  const { onLost = "fail", keepSteps = defaultKeepSteps, maxLive = defaultMaxLive } = options;
  checkWhole("keepSteps", keepSteps);
  checkWhole("maxLive", maxLive);
  /** The one that was used longest ago is the first. */
  const lanes = new Map<SequenceKey, KeyedLane<R, Row>>();
  const order = createKeyOrder<Settled<R, Row>>();
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

  const remove = (key: SequenceKey, lane: KeyedLane<R, Row>, cause: EndCause): void => {
    lanes.delete(key);
    lane.finish(cause);
    finishWhenEmpty();
  };

  /** Makes room for `more` lanes, as far as quiet ones can go. */
  const evict = (more: number): void => {
    if (lanes.size + more <= maxLive) return;
    for (const [key, lane] of lanes) {
      if (lane.isQuiet()) remove(key, lane, "evicted");
      if (lanes.size + more <= maxLive) return;
    }
  };

  const onQuiet = (key: SequenceKey, lane: KeyedLane<R, Row>): void => {
    if (lanes.get(key) !== lane) return;
    if (draining || lane.state() === "new") remove(key, lane, "drain");
    else lane.watch();
    evict(0);
  };

  const open = (key: SequenceKey): KeyedLane<R, Row> => {
    evict(1);
    const conversationParts: ConversationParts<R, Row> = {
      ...parts,
      keepSteps: onLost === "restart" ? keepSteps : 0,
      tell: (event) => tell({ ...event, key }),
    };
    return createKeyedLane<R, Row>({
      createConversation: () => createConversation(conversationParts),
      idleMs: options.idleMs,
      clock,
      onQuiet: (lane) => onQuiet(key, lane),
      onIdle: (lane) => remove(key, lane, "idle"),
    });
  };

  const laneOf = (key: SequenceKey): KeyedLane<R, Row> => {
    const known = lanes.get(key);
    if (known?.isIdle() === true) remove(key, known, "idle");
    const lane = lanes.get(key) ?? open(key);
    lanes.delete(key);
    lanes.set(key, lane);
    return lane;
  };

  const flush = (): void => {
    draining = true;
    for (const [key, lane] of lanes) if (lane.isQuiet()) remove(key, lane, "drain");
  };

  return {
    get live() {
      return lanes.size;
    },
    submit(record, scope, taker) {
      if (closed) {
        throw new ClosedError(`model "${modelName}": expected it open, found it closed`);
      }
      const place = placeOf(options, record);
      if (place instanceof EncodeError) {
        const done = (settled: Settled<R, Row>): void => taker.done(settled);
        settleStep(policy, { record, scope, done })({ kind: "error", error: place, attempts: 0 });
        return;
      }
      const { key, end } = place;
      laneOf(key).push({
        record,
        end,
        scope,
        done(result) {
          // A letter takes its time, which the key's next record in the stream must not overtake.
          const isHeld = scope.patient && policy.onDeadLetter !== undefined;
          const done = (settled: Settled<R, Row>): void => taker.done(settled);
          const inTurn = isHeld ? order.place(key, done) : done;
          settleStep(policy, { record, scope, done: inTurn })(result);
        },
      });
    },
    flush,
    cancel(scope, reason) {
      scope.cancelled = true;
      for (const lane of lanes.values()) if (!lane.isQuiet()) lane.cancel(scope, reason);
    },
    close() {
      closed = true;
      flush();
      finishWhenEmpty();
      return empty.promise;
    },
    abandon() {
      closed = true;
      for (const lane of lanes.values()) lane.abandon();
      lanes.clear();
      empty.resolve();
      parts.onAbandoned();
    },
  };
}

interface Place {
  readonly key: SequenceKey;
  readonly end: boolean;
}

/** Where a record belongs; an error when its owner's functions cannot tell. */
function placeOf<R>({ key, isLast }: KeyedSequences<R>, record: R): Place | EncodeError {
  let found: Place;
  try {
    found = { key: key(record), end: isLast?.(record) ?? false };
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
