import { sleep, type Clock } from "../transport/clock.ts";
import type { SequenceTracker } from "../sequence/sequence-tracker.ts";
import { sendStep, type StepOwner, type StepResult, type StepUnderWay } from "./send-step.ts";

/** A sequence that is begun anew with all of its steps when it was lost. */
export interface Replayed<R, Row> extends Pick<StepOwner<R, Row>, "gatherer"> {
  /** The sequence that counts: a restart puts another in its place. */
  live(): SequenceTracker;
  /** The answered steps; undefined when they are too many to be replayed. */
  readonly kept: readonly R[] | undefined;
  stepLeft(): void;
  /** Tells of a state that is not what it was. */
  noteChange(before: SequenceTracker["state"]): void;
  /** Keeps a step that was answered. */
  keep(record: R): void;
  /** Begins the sequence under a new id. */
  restart(): void;
}

/** When it is tried again. */
export interface ReplayTimes {
  readonly clock: Clock;
  /** The wait before a restart; 0 is a step's first. */
  readonly backoffMs: (restart: number) => number;
}

/** Restarts for one record at most: a record that breaks every sequence must not go on for ever. */
const maxRestarts = 3;

/**
 * Sends one step and whatever has to be replayed before it.
 *
 * @param onResult - told once, in a later turn of the microtasks
 */
export function sendReplayed<R, Row>(
  sequence: Replayed<R, Row>,
  { clock, backoffMs }: ReplayTimes,
  { record, end }: { readonly record: R; readonly end: boolean },
  onResult: (result: StepResult<Row>) => void,
): StepUnderWay {
  let isCancelled = false;
  let waiting: AbortController | undefined;
  let underWay: StepUnderWay | undefined;

  const exchange = async (one: R, last: boolean): Promise<StepResult<Row>> => {
    if (isCancelled) return { kind: "nothing" };
    const tracker = sequence.live();
    const before = tracker.state;
    const result = await new Promise<StepResult<Row>>((stepSettled) => {
      const owner: StepOwner<R, Row> = {
        gatherer: sequence.gatherer,
        stepLeft: () => sequence.stepLeft(),
        stepSettled,
      };
      underWay = sendStep(owner, tracker, one, last);
    });
    sequence.noteChange(before);
    return result;
  };
  /** The first result that is no row, or the record's own. */
  const attempt = async (): Promise<StepResult<Row>> => {
    for (;;) {
      const again = sequence.kept?.[sequence.live().steps];
      if (again === undefined) break;
      const result = await exchange(again, false);
      if (result.kind !== "row") return result;
    }
    const result = await exchange(record, end);
    if (result.kind === "row") sequence.keep(record);
    return result;
  };
  const isFinal = (restarts: number): boolean =>
    sequence.live().state !== "lost" || sequence.kept === undefined || restarts === maxRestarts;
  const run = async (): Promise<StepResult<Row>> => {
    for (let restarts = 0; ; restarts += 1) {
      if (sequence.live().state === "lost" && sequence.kept !== undefined) sequence.restart();
      const result = await attempt();
      if (isCancelled || isFinal(restarts)) return result;
      waiting = new AbortController();
      try {
        await sleep(clock, backoffMs(restarts), waiting.signal);
      } catch {
        return { kind: "nothing" };
      }
    }
  };

  void run().then(onResult);
  return {
    cancel(reason) {
      isCancelled = true;
      waiting?.abort(reason);
      underWay?.cancel(reason);
    },
  };
}
