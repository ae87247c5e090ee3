import type { Clock } from "../transport/clock.ts";
import { createWorkingPoint, type WorkingPoint } from "./working-point.ts";

/** How large the next batch may grow, and whether it may leave. */
export interface BatchSizing {
  /** Rows at most in the next batch. @param waiting - rows that wait for one */
  rows(waiting: number): number;
  /** Batches that may be under way. @param underWay - how many are, waits for a retry included */
  slots(waiting: number, underWay: number): number;
}

/** One exchange, from the moment it leaves. One of the functions is called, once. */
export interface TunedExchange {
  /** @param version - the model's version that answered, where the server tells */
  answered(version: string): void;
  failed(refusedForSize: boolean): void;
}

/** Finds the working point of a model from what its batches take. */
export interface BatchTuner extends BatchSizing {
  /** @param attempt - 1 for the first exchange of a batch */
  started(rows: number, attempt: number): TunedExchange;
}

/** Rows in one batch at most, where nothing else bounds them: beyond it nothing is gained. */
export const largestAutoBatch = 1024;
/** Batches between two that are sent alone on purpose: where one is under way as a rule, it costs little. */
const aloneEvery = 32;
const aloneAmongManyEvery = 512;
/** Until the cost is known well. */
const aloneAtFirstEvery = 4;
/** A batch that takes so many times what it should lets one more leave; one that others overtook lets all. */
const overdueFactor = 4;
const overtakenBy = 4;
/** Of what a batch takes alone. */
const leastRest = 0.1;
/** Versions that are remembered: those of a rollout. */
const mostVersions = 4;

interface OnWire {
  overtaken: number;
  readonly endsAt: number;
  readonly overdueAt: number;
}

/**
 * Learns what a batch costs and how many the model works on at a time, for each version of it. Nothing
 * here waits: a batch leaves as soon as it finds a slot, and a full one does not ask for more than one
 * slot beyond those that pay.
 *
 * @param maxRows - what the model takes at most
 */
export function createBatchTuner(maxRows: number, clock: Clock): BatchTuner {
  const versions = new Map<string, WorkingPoint>();
  let current = createWorkingPoint(maxRows);
  let isNamed = false;
  const onWire = new Set<OnWire>();
  let parked = 0;
  let sinceAlone = 0;

  /** Batches that may go by until one is sent alone. */
  const patience = (isFull: boolean): number => {
    const { cost, overlap } = current;
    if (!cost.known) return 0;
    if (!cost.settled || (isFull && current.isGrowing)) return aloneAtFirstEvery;
    // Behind full batches others wait anyway.
    return isFull || overlap.level === 1 ? aloneEvery * overlap.level : aloneAmongManyEvery;
  };

  const pointOf = (version: string): WorkingPoint => {
    const known = versions.get(version);
    if (known !== undefined) return known;
    const point = isNamed ? createWorkingPoint(maxRows) : current;
    isNamed = true;
    const [oldest] = versions.keys();
    if (oldest !== undefined && versions.size >= mostVersions) versions.delete(oldest);
    versions.set(version, point);
    return point;
  };

  /** Batches that seem to hang. */
  const stuck = (): { readonly overtaken: number; readonly overdue: number } => {
    const now = clock.now();
    let overtaken = 0;
    let overdue = 0;
    for (const exchange of onWire) {
      if (exchange.overtaken >= overtakenBy) overtaken += 1;
      else if (current.cost.known && exchange.overdueAt <= now) overdue = 1;
    }
    return { overtaken, overdue };
  };

  const overtake = (exchange: OnWire): void => {
    // In the order in which they left.
    for (const other of onWire) {
      if (other === exchange) return;
      other.overtaken += 1;
    }
  };

  return {
    rows(waiting) {
      const rows = current.rows(waiting);
      const isTrial = waiting >= rows && sinceAlone >= patience(true);
      return isTrial ? current.trialRows(waiting) : rows;
    },
    slots(waiting, underWay) {
      const { overlap } = current;
      // Those that wait for a retry use nothing of the model.
      parked = Math.min(parked, Math.max(0, underWay - onWire.size));
      const { overtaken, overdue } = stuck();
      const idle = parked + overtaken;
      const isFull = waiting >= current.rows(waiting);
      if (sinceAlone >= patience(isFull)) return 1 + idle;
      // A full batch gains nothing by waiting.
      return overlap.level + idle + (isFull || overlap.wantsProbe ? 1 : overdue);
    },
    started(rows, attempt) {
      if (attempt > 1) parked = Math.max(0, parked - 1);
      const point = current;
      const others = onWire.size;
      const startedAt = clock.now();
      let nextEnd = Number.POSITIVE_INFINITY;
      for (const { endsAt } of onWire) nextEnd = Math.min(nextEnd, endsAt);
      const aloneMs = point.cost.predict(rows);
      // Those that should have been back are still to take some time.
      const restMs = others === 0 ? 0 : Math.max(leastRest * aloneMs, nextEnd - startedAt);
      const expectedMs = aloneMs + point.overlap.delayBy(others) * restMs;
      const exchange: OnWire = {
        endsAt: startedAt + expectedMs,
        overtaken: 0,
        overdueAt: startedAt + overdueFactor * expectedMs,
      };
      onWire.add(exchange);
      point.overlap.left(others);
      sinceAlone = others === 0 ? 0 : sinceAlone + 1;
      return {
        answered(version) {
          overtake(exchange);
          onWire.delete(exchange);
          current = pointOf(version);
          const tookMs = clock.now() - startedAt;
          if (others === 0) current.learn(rows, tookMs);
          // What was expected of another version says nothing of this one.
          else if (current === point) point.overlap.learn(others, tookMs - aloneMs, restMs);
        },
        failed(refusedForSize) {
          onWire.delete(exchange);
          parked += 1;
          if (refusedForSize) current.refused(rows);
        },
      };
    },
  };
}
