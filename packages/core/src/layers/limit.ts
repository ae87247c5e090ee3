import { createFifo } from "../queue/fifo.ts";
import type { Clock } from "../transport/clock.ts";
import type { InferenceRequest } from "../protocol/request.ts";
import type { InferenceResponse } from "../protocol/response.ts";
import { begin, type Layer } from "../transport/layer.ts";
import type { Call, Infer } from "../transport/transport.ts";
import { fixedLimit, type InFlightLimit } from "./adaptive-limit.ts";
import { observeWait, type Observe } from "./observe.ts";

/** What a limit that learns or is observed needs. */
export interface LimitContext {
  readonly clock: Clock;
  /** Told how long each exchange waited for its place. */
  readonly observe?: Observe;
}

/**
 * Lets at most the limit be under way; the others wait their turn, first come first served. A waiting
 * call that aborts leaves the queue with its signal's reason.
 */
export function limitLayer(limit: number | InFlightLimit, context?: LimitContext): Layer {
  const places = typeof limit === "number" ? fixedLimit(limit) : limit;
  const observe = context?.observe;
  const now = (): number => context?.clock.now() ?? 0;
  const waiting = createFifo<Waiter>();

  const leave = (): void => {
    places.underWay -= 1;
    // A limit that grew lets in several, and one that shrank none.
    while (places.underWay < places.maxInFlight) {
      const next = waiting.shift();
      if (next === undefined) return;
      places.underWay += 1;
      next.enter();
    }
  };

  const waitForTurn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const onAbort = (): void => {
        waiting.filter((other) => other !== waiter);
        observeWait(observe, "place", signal.reason);
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

  /** Runs an exchange that has its place. */
  const run = (
    next: Infer,
    request: InferenceRequest,
    call: Call,
    startedAt: number,
    waitMs: number,
  ): Promise<InferenceResponse> => {
    if (call.hedge === true) observe?.({ type: "queued", waitMs, hedge: true });
    else observe?.({ type: "queued", waitMs });
    const failed = (error: unknown): never => {
      places.ended({ startedAt, error }, places.underWay);
      leave();
      throw error;
    };
    return begin(next, request, call).then((response) => {
      places.ended({ startedAt }, places.underWay);
      leave();
      return response;
    }, failed);
  };

  const runLater = async (
    next: Infer,
    request: InferenceRequest,
    call: Call,
    queuedAt: number,
  ): Promise<InferenceResponse> => {
    await waitForTurn(call.signal);
    const startedAt = now();
    return run(next, request, call, startedAt, startedAt - queuedAt);
  };

  return (next) => (request, call) => {
    const queuedAt = now();
    if (places.underWay >= places.maxInFlight) return runLater(next, request, call, queuedAt);
    places.underWay += 1;
    return run(next, request, call, queuedAt, 0);
  };
}

interface Waiter {
  enter(): void;
}
