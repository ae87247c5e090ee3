/** What ends a call: the call's signal, and the right to abort it. */
export interface Stop {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
  /** Called on an abort, behind the signal's listeners; for the one who would be first to listen. */
  onAbort: (() => void) | undefined;
  /** Called on an abort, in the place of a listener: for the transport's one exchange under way. */
  onExchangeAbort: (() => void) | undefined;
}

/**
 * Makes the stop of a call. A gatherer and a deadline that share it need one signal for each batch and no
 * listener; a second signal and the listener between them cost 0.5 µs.
 */
export function createStop(): Stop {
  const controller = new AbortController();
  const stop: Stop = {
    signal: controller.signal,
    onAbort: undefined,
    onExchangeAbort: undefined,
    abort(reason) {
      controller.abort(reason);
      stop.onExchangeAbort?.();
      stop.onAbort?.();
    },
  };
  return stop;
}
