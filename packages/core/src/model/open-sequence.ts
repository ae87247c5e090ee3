import { ClosedError, SequenceError } from "../errors/errors.ts";
import type { Books } from "../flow/books.ts";
import type { Scope } from "../flow/entry.ts";
import type { Submitter } from "../flow/gather.ts";
import type { Settled } from "../flow/settled.ts";
import {
  cancelItems,
  emptyLane,
  pushItem,
  settleCurrent,
  type Lane,
  type LaneItem,
} from "../flow/lane.ts";
import { settleStep, type OutcomePolicy } from "../flow/outcome-policy.ts";
import { sendStep, type StepOwner, type StepResult, type StepUnderWay } from "../flow/send-step.ts";
import type { Step } from "../flow/step-gatherer.ts";
import type { SequenceTracker } from "../sequence/sequence-tracker.ts";
import { predictOne } from "./predict-one.ts";
import type { Sequence } from "./sequence.ts";

/** What one sequence is made of. */
export interface OpenSequenceParts<R, Row> {
  readonly modelName: string;
  readonly tracker: SequenceTracker;
  readonly gatherer: Submitter<Step<R>, Row>;
  readonly policy: OutcomePolicy<R, Row>;
  readonly books: Books;
  /** Called once, when the sequence takes no more steps and none is left. */
  readonly onClosed: () => void;
}

interface SequenceItem<R, Row> extends LaneItem<Row> {
  /** Undefined: nothing but the end of the sequence. */
  readonly record: R | undefined;
  readonly end: boolean;
}

/** Opens one sequence over the steps of a model. */
export function openSequence<R extends object, Row extends object>(
  parts: OpenSequenceParts<R, Row>,
): Sequence<R, Row> {
  const { modelName, tracker, gatherer, policy } = parts;
  const closed = Promise.withResolvers<void>();
  let closing = false;
  let underWay: StepUnderWay | undefined;

  const finishWhenQuiet = (): void => {
    if (!closing || lane.isWorking) return;
    tracker.leave();
    parts.onClosed();
    closed.resolve();
  };
  const lane: Lane<SequenceItem<R, Row>, Row> = {
    ...emptyLane,
    run({ record, end }) {
      underWay = sendStep(owner, tracker, record, end);
    },
    giveUp: (reason) => underWay?.cancel(reason),
    onQuiet: finishWhenQuiet,
  };
  const owner: StepOwner<R, Row> = {
    gatherer,
    stepLeft: ignore,
    stepSettled(result) {
      underWay = undefined;
      settleCurrent(lane, result);
    },
  };
  const refuseWhenClosed = (): void => {
    if (!closing) return;
    throw new ClosedError(`model "${modelName}": expected its sequence open, found it closed`);
  };
  const close = (): Promise<void> => {
    closing = true;
    finishWhenQuiet();
    return closed.promise;
  };

  return {
    id: tracker.id,
    get state() {
      return tracker.state;
    },
    get steps() {
      return tracker.steps;
    },
    predict(record, { end = false, ...options } = {}) {
      const submitter: Pick<Submitter<R, Row>, "submit" | "cancel"> = {
        submit(one, scope, taker) {
          refuseWhenClosed();
          const done = (settled: Settled<R, Row>): void => taker.done(settled);
          const waiting = { record: one, scope, done };
          const settle = (result: StepResult<Row>): void => settleStep(policy, waiting, result);
          pushItem(lane, { record: one, end, scope, done: settle });
        },
        cancel: (scope, reason) => cancelItems(lane, scope, reason),
      };
      return predictOne(submitter, record, options, parts.books);
    },
    async end() {
      refuseWhenClosed();
      const scope: Scope = { cancelled: false, patient: false, at: 0 };
      const result = await new Promise<StepResult<Row>>((done) => {
        pushItem(lane, { record: undefined, end: true, scope, done });
        void close();
      });
      if (result.kind === "error" && !isAppliedEnd(result.error)) throw result.error;
      await closed.promise;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** An answer to zeros that cannot be read is still an answer: the sequence has ended. */
function isAppliedEnd(error: unknown): boolean {
  return error instanceof SequenceError && error.reason === "output-lost";
}

function ignore(): void {}
