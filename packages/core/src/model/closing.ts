import { ClosedError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import type { Clock } from "../transport/clock.ts";
import type { CloseOptions } from "./model.ts";

/** What the end of a model is made of. */
export interface ClosingParts {
  readonly modelName: string;
  /** How long what is under way may take. */
  readonly drainTimeoutMs: number;
  readonly clock: Clock;
  /** Takes nothing more, and resolves when nothing is left. */
  readonly drain: () => Promise<void>;
  /** Ends what is left with the error. */
  readonly abort: (error: InferenceError) => void;
  /** Frees everything. */
  readonly release: () => Promise<void>;
}

/** Makes the `close` of a model: open, then draining, then closed. Each step is taken once. */
export function createClosing(parts: ClosingParts): (options?: CloseOptions) => Promise<void> {
  const { modelName, drainTimeoutMs, clock } = parts;
  const aborted = Promise.withResolvers<void>();
  let isAborted = false;
  let closing: Promise<void> | undefined;

  const abort = (found: string): void => {
    if (isAborted) return;
    isAborted = true;
    parts.abort(
      new ClosedError(
        `model "${modelName}": expected an answer before it was closed, found ${found}`,
        { delivery: "unknown" },
      ),
    );
    aborted.resolve();
  };

  const run = async (): Promise<void> => {
    const cancelTimer = clock.setTimer(
      () => abort(`none within ${drainTimeoutMs} ms of draining`),
      drainTimeoutMs,
    );
    try {
      await Promise.race([parts.drain(), aborted.promise]);
    } finally {
      cancelTimer();
      // Whoever forces what is closed already finds nothing to end.
      isAborted = true;
      await parts.release();
    }
  };

  return ({ force = false } = {}) => {
    closing ??= run();
    if (force) abort("that its owner would not wait");
    return closing;
  };
}
