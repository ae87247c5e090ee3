import type { BatchSizing } from "../batching/batch-tuner.ts";
import { ClosedError } from "../errors/errors.ts";
import { InferenceError } from "../errors/inference-error.ts";
import type { Clock } from "../transport/clock.ts";
import type { Patience } from "../transport/patience.ts";
import { createStop, type Stop } from "../transport/stop.ts";
import type { LayerEvent, Observe } from "../layers/observe.ts";
import { createRoster, type Listed } from "../queue/roster.ts";
import { createBatchQueue, type BatchBounds } from "./batch-queue.ts";
import type { Entry, Scope, Taker } from "./entry.ts";
import type { Waiting } from "./outcome-policy.ts";
import { runBatch } from "./run-batch.ts";
import type { BatchRunner } from "./send-part.ts";
import type { Settled } from "./settled.ts";
import type { EndOfTurn } from "./turn.ts";

/** How records are gathered into batches. */
export interface GatherOptions<R, Row> extends BatchBounds {
  readonly runner: Omit<BatchRunner<R, Row>, "settleRow" | "settleError">;
  /** Makes one outcome of a failure and tells the record's owner. */
  readonly onFailure: (waiting: Waiting<R, Row>, error: InferenceError, attempts: number) => void;
  /** Batches under way at most, as of now. */
  readonly slots: () => number;
  /** Bounds that change with what was learned; the others hold as well. Default: none. */
  readonly sizing?: BatchSizing;
  /** Extra wait for a batch to fill while a slot is free; 0: none. */
  readonly batchTimeoutMs: number;
  /** Bound on one batch over all attempts, halves included. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly endOfTurn: EndOfTurn;
  /** Told of each batch. Default: nobody. */
  readonly observe?: Observe;
  /** Makes the patience of a batch whose records are all of streams. Default: nobody waits for a server. */
  readonly patience?: () => Patience;
  /** Where a record comes from, asked when it is taken. Default: nobody asks. */
  readonly origin?: () => unknown;
}

/** Takes records and settles each of them once. */
export interface Submitter<R, Row> {
  /** Takes a record; its taker is told once, possibly before this returns. @throws ClosedError */
  submit(record: R, scope: Scope, taker: Taker<R, Row>): void;
  /** Sends what has gathered without waiting for more. */
  flush(): void;
  /** Drops a scope's records; an exchange without any other record is aborted. */
  cancel(scope: Scope, reason: unknown): void;
}

/** Collects records into batches and keeps the model busy with them. */
export interface Gatherer<R, Row> extends Submitter<R, Row> {
  /** Records taken and not yet settled. */
  readonly pending: number;
  /** Records that wait for their batch. */
  readonly waiting: number;
  /** Batches under way. */
  readonly batches: number;
  /** Takes no more records; resolves when every record has settled. */
  close(): Promise<void>;
  /** Takes no more records and gives up those that it has: their exchanges end with the error. */
  abort(error: InferenceError): void;
}

interface BatchUnderWay<R, Row> extends Listed {
  readonly entries: readonly Entry<R, Row>[];
  readonly stop: Stop;
}

/**
 * Natural batching: while a slot is free, what arrived in one turn of the event loop leaves at its
 * end; while none is, records collect and leave when a slot comes back. There is no timer, so a quiet
 * stream waits for nothing and a busy one fills its batches.
 */
export function createGatherer<R, Row>(options: GatherOptions<R, Row>): Gatherer<R, Row> {
  const { slots, sizing, maxRows, clock, observe, origin } = options;
  const queue = createBatchQueue<R, Row>(options);
  const underWay = createRoster<BatchUnderWay<R, Row>>();
  let pending = 0;
  let turnIsScheduled = false;
  let cancelTimer: (() => void) | undefined;
  let closed = false;
  let flushing = false;
  let onDrained: (() => void) | undefined;

  const settle = ({ scope, taker }: Entry<R, Row>, settled: Settled<R, Row>): void => {
    pending -= 1;
    if (pending === 0 && underWay.all.length === 0) onDrained?.();
    if (!scope.cancelled) taker.done(settled);
  };
  const runner: BatchRunner<R, Row> = {
    ...options.runner,
    settleRow: (entry, row) => settle(entry, { outcome: "ok", record: entry.record, row }),
    settleError(entry, error, attempts) {
      const { record, scope } = entry;
      const done = (settled: Settled<R, Row>): void => settle(entry, settled);
      options.onFailure({ record, scope, done }, error, attempts);
    },
  };

  const hasSlot = (): boolean => {
    const count = underWay.all.length;
    return count < slots() && (sizing === undefined || count < sizing.slots(queue.size, count));
  };

  const hasFullBatch = (): boolean =>
    queue.full || (sizing !== undefined && queue.size >= sizing.rows(queue.size));

  const dispatch = (): void => {
    const entries = queue.take(sizing?.rows(queue.size));
    const batch = { entries, stop: createStop(), at: 0 };
    underWay.add(batch);
    const now = clock.now();
    observe?.(batchEvent(entries, now));
    const call = {
      signal: batch.stop.signal,
      stop: batch.stop,
      headers: {},
      deadline: now + options.timeoutMs,
      attempt: 1,
    };
    const isPatient = options.patience !== undefined && entries.every(({ scope }) => scope.patient);
    const ended = (): void => {
      underWay.remove(batch);
      if (pending === 0 && underWay.all.length === 0) onDrained?.();
      schedule();
    };
    runBatch(runner, entries, isPatient ? { ...call, patience: options.patience() } : call, ended);
  };

  const drain = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    while (queue.size > 0 && hasSlot()) dispatch();
    if (queue.size === 0) flushing = false;
  };

  /** What finds no free slot leaves with the next one, without the batch timeout. */
  const flush = (): void => {
    flushing = true;
    drain();
  };

  const endTurn = (): void => {
    turnIsScheduled = false;
    if (options.batchTimeoutMs === 0 || closed || flushing) {
      drain();
      return;
    }
    while (hasFullBatch() && hasSlot()) dispatch();
    if (queue.size > 0 && hasSlot()) {
      cancelTimer ??= clock.setTimer(drain, options.batchTimeoutMs);
    }
  };

  const schedule = (): void => {
    if (queue.size === 0 || !hasSlot()) return;
    if (maxRows === 1) {
      drain();
      return;
    }
    while (hasFullBatch() && hasSlot()) dispatch();
    if (turnIsScheduled || queue.size === 0 || !hasSlot()) return;
    turnIsScheduled = true;
    options.endOfTurn(endTurn);
  };

  return {
    get pending() {
      return pending;
    },
    get waiting() {
      return queue.size;
    },
    get batches() {
      return underWay.all.length;
    },
    submit(record, scope, taker) {
      if (closed) {
        throw new ClosedError(`model "${runner.model.name}": expected it open, found it closed`);
      }
      pending += 1;
      try {
        const { shapeKey, bytes } = runner.plan.inputs.measure(record);
        // Reading the time costs as much as the rest of this.
        const takenAt = observe === undefined ? undefined : clock.now();
        queue.push({ record, shapeKey, bytes, scope, taker, origin: origin?.(), takenAt });
      } catch (error) {
        if (!InferenceError.is(error)) throw error;
        runner.settleError({ record, shapeKey: "", bytes: 0, scope, taker }, error, 0);
        return;
      }
      schedule();
    },
    flush,
    cancel(scope, reason) {
      scope.cancelled = true;
      if (scope.inside === 0) return;
      const before = queue.size;
      queue.purge();
      pending -= before - queue.size;
      // In a copy: one that ends moves the last one into its place.
      for (const batch of underWay.all.toReversed()) {
        if (batch.entries.every((entry) => entry.scope.cancelled)) batch.stop.abort(reason);
      }
      if (pending === 0 && underWay.all.length === 0) onDrained?.();
    },
    abort(error) {
      closed = true;
      while (queue.size > 0) {
        for (const entry of queue.take()) runner.settleError(entry, error, 0);
      }
      for (const { stop } of underWay.all.toReversed()) stop.abort(error);
    },
    close() {
      closed = true;
      drain();
      if (pending === 0 && underWay.all.length === 0) return Promise.resolve();
      return new Promise((resolve) => {
        onDrained = resolve;
      });
    },
  };
}

/** The first record is the one that has waited longest. */
function batchEvent<R, Row>(entries: readonly Entry<R, Row>[], now: number): LayerEvent {
  let bytes = 0;
  for (const entry of entries) bytes += entry.bytes;
  return { type: "batch", rows: entries.length, bytes, waitMs: now - (entries[0]?.takenAt ?? now) };
}
