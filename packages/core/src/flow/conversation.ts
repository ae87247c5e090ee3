import type { SequenceState, SequenceTracker } from "../sequence/sequence-tracker.ts";
import { sleep, type Clock } from "../transport/clock.ts";
import type { EndCause, SequenceEvent } from "./keyed-sequences.ts";
import { sendStep, type StepResult, type StepRoute, type StepUnderWay } from "./send-step.ts";

/** What the sequences of a key have in common. */
export interface ConversationParts<R, Row> {
  readonly gatherer: StepRoute<R, Row>["gatherer"];
  /** Makes the next sequence, with an id that was never used. */
  readonly createTracker: () => SequenceTracker;
  /** Records that are kept for a replay; 0: a loss is final. */
  readonly keepSteps: number;
  readonly clock: Clock;
  /** The wait before a restart; 0 is a step's first. */
  readonly backoffMs: (restart: number) => number;
  readonly tell: (event: Pick<SequenceEvent, "kind" | "id" | "cause">) => void;
}

/** One sequence as its key sees it: a restart changes the id below it. */
export interface Conversation<R, Row> {
  state(): SequenceState;
  /** When its last step left, on the clock. */
  lastSentMs(): number;
  /** Sends one step, and whatever has to be replayed before it. */
  step(record: R, end: boolean): StepUnderWay<Row>;
  /** Ends it on the server, as well as that goes; nobody hears of a failure. */
  finish(cause: EndCause): void;
  /** Leaves it to the server's idle time. */
  abandon(): void;
}

/** Restarts for one record at most: a record that breaks every sequence must not go on for ever. */
const maxRestarts = 3;

/** Opens the conversation of a key. Its steps must come one at a time. */
export function createConversation<R, Row>(parts: ConversationParts<R, Row>): Conversation<R, Row> {
  const { gatherer, clock, keepSteps, tell } = parts;
  let tracker = parts.createTracker();
  /** The answered steps; undefined when they are too many to be replayed. */
  let kept: R[] | undefined = keepSteps > 0 ? [] : undefined;
  let lastSentMs = clock.now();

  const send = (record: R | undefined, end: boolean): StepUnderWay<Row> => {
    const onSent = (): void => {
      lastSentMs = clock.now();
    };
    return sendStep({ gatherer, tracker, onSent }, record, end);
  };

  const note = (before: SequenceState): void => {
    const { state, id } = tracker;
    if (state === before) return;
    if (before === "new" && state !== "lost") tell({ kind: "started", id });
    if (state === "ended") tell({ kind: "ended", id, cause: "last" });
    if (state === "lost") tell({ kind: "lost", id });
  };

  const keep = (record: R): void => {
    if (kept === undefined) return;
    if (kept.length < keepSteps) kept.push(record);
    else kept = undefined;
  };

  /** True while the server knows of fewer steps than were answered. */
  const isHalfReplayed = (): boolean =>
    tracker.state !== "lost" && tracker.steps < (kept?.length ?? 0);

  const restart = (): void => {
    tracker = parts.createTracker();
    tell({ kind: "restarted", id: tracker.id });
  };

  const step = (record: R, end: boolean): StepUnderWay<Row> => {
    let isCancelled = false;
    /** Made for a wait alone: a controller for each step would cost as much as the step. */
    let waiting: AbortController | undefined;
    let underWay: StepUnderWay<Row> | undefined;

    const exchange = async (one: R, last: boolean): Promise<StepResult<Row>> => {
      const before = tracker.state;
      underWay = send(one, last);
      const result = await underWay.result;
      note(before);
      return result;
    };
    /** The first result that is no row, or the record's own. */
    const attempt = async (): Promise<StepResult<Row>> => {
      while (kept !== undefined && tracker.steps < kept.length) {
        const again = kept[tracker.steps];
        if (again === undefined) break;
        const result = await exchange(again, false);
        if (result.kind !== "row") return result;
      }
      const result = await exchange(record, end);
      if (result.kind === "row") keep(record);
      return result;
    };
    const run = async (): Promise<StepResult<Row>> => {
      for (let restarts = 0; ; restarts += 1) {
        if (tracker.state === "lost" && kept !== undefined) restart();
        const result = await attempt();
        const isOver = tracker.state !== "lost" || kept === undefined || restarts === maxRestarts;
        if (isOver || isCancelled) return result;
        waiting = new AbortController();
        try {
          await sleep(clock, parts.backoffMs(restarts), waiting.signal);
        } catch {
          return { kind: "nothing" };
        }
      }
    };
    return {
      result: run(),
      cancel(reason) {
        isCancelled = true;
        waiting?.abort(reason);
        underWay?.cancel(reason);
      },
    };
  };

  return {
    state: () => tracker.state,
    lastSentMs: () => lastSentMs,
    step,
    finish(cause) {
      // Ending half a replay would pass for the end of the whole.
      if (isHalfReplayed()) {
        tell({ kind: "lost", id: tracker.id });
        tracker.leave();
        return;
      }
      if (tracker.state !== "open") return;
      tell({ kind: "ended", id: tracker.id, cause });
      // An end that did not arrive leaves the sequence to the server's idle time.
      void send(undefined, true).result.then(() => tracker.leave());
    },
    abandon: () => tracker.leave(),
  };
}
