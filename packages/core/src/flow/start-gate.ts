import { createFifo } from "../queue/fifo.ts";
import { createRoster } from "../queue/roster.ts";
import type { Scope, Taker } from "./entry.ts";
import type { Gatherer } from "./gather.ts";
import type { Step, StepGatherer } from "./step-gatherer.ts";

interface Waiting<R, Row> {
  readonly step: Step<R>;
  readonly scope: Scope;
  readonly taker: Taker<Step<R>, Row>;
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
  const waiting = createFifo<Waiting<R, Row>>();
  /** A step's scope is in no other roster. */
  const leaving = createRoster<Scope>();

  const send = ({ step, scope, taker }: Waiting<R, Row>): void => {
    leaving.add(scope);
    gatherer.submit(step, scope, {
      done(settled) {
        leaving.remove(scope);
        taker.done(settled);
        next();
      },
    });
  };
  const next = (): void => {
    while (hasRoom()) {
      const start = waiting.shift();
      if (start === undefined) return;
      send(start);
    }
  };

  return {
    get waiting() {
      return waiting.size + gatherer.waiting;
    },
    get batches() {
      return gatherer.batches;
    },
    submit(step, scope, taker) {
      if (!step.isStart) gatherer.submit(step, scope, taker);
      else if (hasRoom()) send({ step, scope, taker });
      else waiting.push({ step, scope, taker });
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
