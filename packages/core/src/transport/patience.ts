import { UnavailableError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import { longestTimerMs, type Clock } from "./clock.ts";

/** Why there is nothing to do but wait. */
export interface ClosedGate {
  /** From when on, on the clock: an attempt that met nobody was waiting as well. */
  readonly since: number;
  /** What the gate was found closed with. */
  readonly error: InferenceError;
  readonly signal: AbortSignal;
}

/**
 * Lets the rows of a stream wait while nothing can be sent for them: an open circuit, an empty retry
 * budget, a server that asks to wait or is not there. A deadline stands still meanwhile.
 */
export interface Patience {
  /** What was waited so far, in milliseconds. */
  waitedMs(): number;
  /**
   * Waits until `open` resolves.
   *
   * @throws UnavailableError when all waits together have taken too long; the signal's reason as it is
   */
  wait(gate: ClosedGate, open: (signal: AbortSignal) => Promise<void>): Promise<void>;
}

/** What a patience is made of. */
export interface PatienceOptions {
  /** For messages. */
  readonly modelName: string;
  /** Bound on all its waits together; infinite: none. */
  readonly stallTimeoutMs: number;
  readonly clock: Clock;
}

/**
 * Makes the patience of one batch. Without a getter: V8 keeps an object literal that has one, and all that it
 * reaches, until the next full collection, which was a third of what a row of a stream cost.
 */
export function createPatience({ modelName, stallTimeoutMs, clock }: PatienceOptions): Patience {
  let waitedMs = 0;
  return {
    waitedMs: () => waitedMs,
    async wait({ since, error, signal }, open) {
      const over = new AbortController();
      const leftMs = stallTimeoutMs - waitedMs - (clock.now() - since);
      const cancelTimer = timerFor(clock, leftMs, () => over.abort());
      try {
        await open(AbortSignal.any([signal, over.signal]));
      } catch (reason) {
        if (signal.aborted || !over.signal.aborted) throw reason;
        throw new UnavailableError(
          `model "${modelName}": expected a server that takes requests within ${stallTimeoutMs} ms, found none: ${error.message}`,
          { delivery: error.delivery, cause: error },
        );
      } finally {
        cancelTimer();
        waitedMs += clock.now() - since;
      }
    },
  };
}

function timerFor(clock: Clock, delayMs: number, callback: () => void): () => void {
  if (delayMs === Number.POSITIVE_INFINITY) return () => undefined;
  return clock.setTimer(callback, Math.min(longestTimerMs, Math.max(0, delayMs)));
}

/** A call's deadline, moved by what was waited. */
export function deadlineOf(
  deadline: number | undefined,
  patience: Pick<Patience, "waitedMs"> | undefined,
): number | undefined {
  return deadline === undefined ? undefined : deadline + (patience?.waitedMs() ?? 0);
}
