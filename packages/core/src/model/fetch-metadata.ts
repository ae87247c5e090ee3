import { DeadlineError } from "../errors/errors.ts";
import type { ModelMetadata } from "../protocol/metadata.ts";
import type { ModelRef } from "../protocol/request.ts";
import type { Clock } from "../transport/clock.ts";
import type { Call, Transport } from "../transport/transport.ts";

/** How long metadata may take, and who may give up. */
export interface FetchContext {
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/**
 * Asks the transport for the model's metadata, within the time for one answer.
 *
 * @throws the transport's error; DeadlineError when no answer came; the signal's reason
 */
export async function fetchMetadata(
  transport: Transport,
  model: ModelRef,
  { timeoutMs, clock, signal }: FetchContext,
): Promise<ModelMetadata> {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(signal?.reason);
  if (signal?.aborted === true) throw signal.reason;
  signal?.addEventListener("abort", onAbort, { once: true });
  const cancelTimer = clock.setTimer(
    () =>
      controller.abort(
        new DeadlineError(
          `model "${model.name}": expected its metadata within ${timeoutMs} ms, found no answer`,
          { bound: "call", delivery: "unknown" },
        ),
      ),
    timeoutMs,
  );
  const call: Call = {
    signal: controller.signal,
    headers: {},
    deadline: clock.now() + timeoutMs,
    attempt: 1,
  };
  try {
    return await transport.metadata(model, call);
  } finally {
    cancelTimer();
    signal?.removeEventListener("abort", onAbort);
  }
}
