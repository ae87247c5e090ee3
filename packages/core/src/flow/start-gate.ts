import { createFifo } from "../queue/fifo.ts";
import { createRoster } from "../queue/roster.ts";
import type { Scope, Taker } from "./entry.ts";
import type { Gatherer } from "./gather.ts";
import type { Settled } from "./settled.ts";
import type { Step, StepGatherer } from "./step-gatherer.ts";

interface Start<R, Row> extends Taker<Step<R>, Row> {
  readonly step: Step<R>;
  readonly scope: Scope;
  readonly taker: Taker<Step<R>, Row>;
  /** Told of a start that has ended. */
  readonly onEnd: (scope: Scope) => void;
}

/**
 * Keeps some slots free of starts. A server that has no place for another sequence lets its start wait
 * until one ends; with every slot taken by such starts, the steps that would end one could not leave.
 *
 * @param slots - steps under way at most
 */
export function createStartGate<R, Row>(
  gatherer: Gatherer<Step<R>, Row>,
  slots: () => number,
): StepGatherer<R, Row> {
  const hasRoom = (): boolean => leaving.all.length < Math.max(1, Math.floor(slots() * 0.75));
  const waiting = createFifo<Start<R, Row>>();
  /** A step's scope is in no other roster. */
  const leaving = createRoster<Scope>();

  const send = (start: Start<R, Row>): void => {
    leaving.add(start.scope);
    gatherer.submit(start.step, start.scope, start);
  };
  let isSending = false;
  /** A loop and no recursion: any number of starts may settle while they are sent. */
  const next = (): void => {
    if (isSending) return;
    isSending = true;
    try {
      for (let start = take(); start !== undefined; start = take()) send(start);
    } finally {
      isSending = false;
    }
  };
  const take = (): Start<R, Row> | undefined => (hasRoom() ? waiting.shift() : undefined);
  const onEnd = (scope: Scope): void => {
    leaving.remove(scope);
    next();
  };

  return {
    get waiting() {
      return waiting.size + gatherer.waiting;
    },
    get batches() {
      return gatherer.batches;
    },
    submit(step, scope, taker) {
      if (!step.isStart) {
        gatherer.submit(step, scope, taker);
        return;
      }
      const start: Start<R, Row> = { step, scope, taker, onEnd, done: settleStart };
      if (hasRoom()) send(start);
      else waiting.push(start);
    },
    flush: () => gatherer.flush(),
    cancel(scope, reason) {
      waiting.filter((start) => start.scope !== scope);
      gatherer.cancel(scope, reason);
      leaving.remove(scope);
      next();
    },
    close: () => gatherer.close(),
    abort(error) {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        next.taker.done({ outcome: "failed", record: next.step, error, attempts: 0 });
      }
      gatherer.abort(error);
    },
  };
}

function settleStart<R, Row>(this: Start<R, Row>, settled: Settled<Step<R>, Row>): void {
  this.taker.done(settled);
  this.onEnd(this.scope);
}
