import { backoffMs } from "../layers/backoff.ts";
import type { ModelOptions } from "../options/model-options.ts";
import { sleep, type Clock } from "../transport/clock.ts";

/** Waits before records are sent again, as before retry `retry`; over at once when the signal aborts. */
export type Pause = (signal: AbortSignal, retry: number) => Promise<void>;

/** Waits as long as a retry of the batch would. */
export function createPause(
  {
    retryInitialBackoffMs: initialBackoffMs,
    retryMaxBackoffMs: maxBackoffMs,
  }: Pick<ModelOptions, "retryInitialBackoffMs" | "retryMaxBackoffMs">,
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
): Pause {
  return (signal, retry) => {
    const waitMs = backoffMs(retry, { initialBackoffMs, maxBackoffMs, random });
    // The parts find an abort out for themselves.
    return sleep(clock, waitMs, signal).catch(() => undefined);
  };
}
