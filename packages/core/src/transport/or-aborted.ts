/**
 * Waits for a promise no longer than the signal lets it. What the promise comes to later is dropped.
 *
 * @throws the signal's reason as soon as it aborts
 */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    const settle = (): void => signal.removeEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).then(settle, settle);
  });
}
