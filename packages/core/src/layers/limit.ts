import { createFifo } from "../queue/fifo.ts";
import type { Layer } from "../transport/layer.ts";

/**
 * Lets at most `maxInFlight` exchanges be under way; the others wait their turn, first come first
 * served. A waiting call that aborts leaves the queue with its signal's reason.
 */
export function limitLayer(maxInFlight: number): Layer {
  let underWay = 0;
  const waiting = createFifo<Waiter>();

  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) underWay -= 1;
    else next.enter();
  };

  const waitForTurn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const onAbort = (): void => {
        waiting.filter((other) => other !== waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        enter: () => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      signal.addEventListener("abort", onAbort, { once: true });
      waiting.push(waiter);
    });

  return (next) => async (request, call) => {
    if (underWay >= maxInFlight) await waitForTurn(call.signal);
    else underWay += 1;
    try {
      return await next(request, call);
    } finally {
      leave();
    }
  };
}

interface Waiter {
  enter(): void;
}
