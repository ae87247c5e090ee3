import { UnavailableError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import { deadlineOf } from "../transport/patience.ts";
import type { Call } from "../transport/transport.ts";
import type { Entry } from "./entry.ts";
import type { Pause, WaitingCall } from "./pause.ts";

/** A server that is gone for too long is no record's fault: their streams end, and none of them settles. */
export function stopStreams<R, Row>(
  entries: readonly Entry<R, Row>[],
  error: InferenceError,
): void {
  for (const { scope } of entries) scope.stop?.(error);
}

/**
 * Waits before records are sent again. Streams that have waited for too long end with that.
 *
 * @returns tokens that were paid; undefined when the records are not to be sent again
 */
export async function payOrStop<R, Row>(
  pause: Pause,
  call: WaitingCall,
  retry: number,
  failure: InferenceError,
  entries: readonly Entry<R, Row>[],
): Promise<number | undefined> {
  try {
    return await pause.wait(call, retry, failure);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    stopStreams(entries, error);
    return undefined;
  }
}

/** What a batch has waited for a server is no part of its deadline. */
export function deadlineNow({
  deadline,
  patience,
}: Pick<Call, "deadline" | "patience">): Pick<Call, "deadline"> {
  const moved = deadlineOf(deadline, patience);
  return moved === undefined ? {} : { deadline: moved };
}
