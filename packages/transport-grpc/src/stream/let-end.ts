import type { Clock, UnderWay } from "@nereid/core/transport-kit";
import type { OpenCall } from "../open-call.ts";

/**
 * How long a call that nobody reads any more may come to its end by itself. A cancel that meets answers
 * on their way ends the process of Triton 2.51 (24.10) about once in a few hundred times, and with it
 * everybody's requests; models that answer at once are through with theirs well before.
 */
const lingerMs = 250;

/** What the end of a call needs. */
export interface Lingering {
  readonly clock: Clock;
  /** Closing waits for it, so that the connection is not taken away meanwhile. */
  readonly underWay: UnderWay;
}

/**
 * Lets a call that its reader has left end in good order: nothing more is sent, answers are dropped, and
 * what has not ended by {@link lingerMs} is cancelled. A call of which the server knows nothing yet is
 * cancelled at once.
 *
 * @param ended - resolves when the server has ended the call
 */
export function letEnd(call: OpenCall, ended: Promise<void>, { clock, underWay }: Lingering): void {
  if (!call.isStarted()) {
    call.cancel();
    return;
  }
  const leave = underWay.enter();
  const stopTimer = clock.setTimer(() => {
    call.cancel();
    leave();
  }, lingerMs);
  void ended.then(() => {
    stopTimer();
    leave();
  });
  call.halfClose();
  call.read();
}
