import { ClosedError, SequenceError } from "../errors/errors.ts";
import type { Books } from "../flow/books.ts";
import type { Scope } from "../flow/entry.ts";
import type { Submitter } from "../flow/gather.ts";
import type { Settled } from "../flow/settled.ts";
import { createLane, type LaneItem } from "../flow/lane.ts";
import { settleStep, type OutcomePolicy } from "../flow/outcome-policy.ts";
import { sendStep, type StepResult } from "../flow/send-step.ts";
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

  const finishWhenQuiet = (): void => {
    if (!closing || !lane.isQuiet()) return;
    tracker.leave();
    parts.onClosed();
    closed.resolve();
  };
  const lane = createLane<SequenceItem<R, Row>, Row>({
    run: ({ record, end }) => sendStep({ gatherer, tracker }, record, end),
    onQuiet: finishWhenQuiet,
  });
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
          const settle = settleStep(policy, { record: one, scope, done });
          lane.push({ record: one, end, scope, done: settle });
        },
        cancel: (scope, reason) => lane.cancel(scope, reason),
      };
      return predictOne(submitter, record, options, parts.books);
    },
    async end() {
      refuseWhenClosed();
      const scope: Scope = { cancelled: false, patient: false, at: 0 };
      const result = await new Promise<StepResult<Row>>((done) => {
        lane.push({ record: undefined, end: true, scope, done });
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
