import type { InferenceRequest } from "@nereid/core/transport-kit";

/**
 * The next request of a stream. A source that has one when the transport was closed comes too late; one
 * that has nothing at once is not waited for.
 *
 * @param closing - aborts when the transport is closed, with the error to throw
 * @throws the signal's reason as it is, `closing`'s reason, what the source throws
 */
export function nextRequest(
  source: AsyncIterator<InferenceRequest>,
  signal: AbortSignal,
  closing: AbortSignal,
): Promise<IteratorResult<InferenceRequest>> {
  return new Promise((resolve, reject) => {
    // Called as soon as one of them speaks: a source that never does must leave nothing behind.
    const settle = (act: () => void): void => {
      signal.removeEventListener("abort", onAbort);
      closing.removeEventListener("abort", onClose);
      act();
    };
    const onAbort = (): void => settle(() => reject(signal.reason));
    // A source that has come to its end says so within the turn, and then nothing was refused.
    const onClose = (): void => void setImmediate(() => settle(() => reject(closing.reason)));
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    signal.addEventListener("abort", onAbort, { once: true });
    if (closing.aborted) onClose();
    else closing.addEventListener("abort", onClose, { once: true });
    askNext(source).then(
      (result) =>
        settle(() => {
          if (closing.aborted && result.done !== true) reject(closing.reason);
          else resolve(result);
        }),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}

/** A source that throws at once rejects. */
async function askNext(
  source: AsyncIterator<InferenceRequest>,
): Promise<IteratorResult<InferenceRequest>> {
  return source.next();
}
