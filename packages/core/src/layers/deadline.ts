import { DeadlineError } from "../errors/errors.ts";
import type { Clock } from "../transport/clock.ts";
import type { Layer } from "../transport/layer.ts";
import type { Patience } from "../transport/patience.ts";
import { createStop, type Stop } from "../transport/stop.ts";
import type { Call, Infer } from "../transport/transport.ts";
import { createAlarms, type Alarms } from "./alarms.ts";
import type { InferenceRequest } from "../protocol/request.ts";
import type { InferenceResponse } from "../protocol/response.ts";
import { stallMs } from "./stall-watch.ts";

/** How long something may take. */
export interface DeadlineOptions {
  /** From 1 to 2^31 - 1 milliseconds. */
  readonly timeoutMs: number;
  /** Whether it bounds the whole call or one exchange. */
  readonly bound: "call" | "attempt";
  readonly clock: Clock;
}

/**
 * Ends what is below it when the time is up: the signal aborts, and the promise rejects even when
 * nobody below listens. A call that brings an earlier deadline keeps it. It stands still while the rows of a
 * stream wait for a server.
 *
 * An exchange that ran out of time may be repeated; a call may not, for its time is over.
 */
export function deadlineLayer(options: DeadlineOptions): Layer {
  const alarms = createAlarms(options.clock);
  return (next) => (request, call) => inferWithin(options, alarms, next, request, call);
}

function inferWithin(
  { timeoutMs, bound, clock }: DeadlineOptions,
  alarms: Alarms,
  next: Infer,
  request: InferenceRequest,
  call: Call,
): Promise<InferenceResponse> {
  let deadline = Math.min(clock.now() + timeoutMs, call.deadline ?? Number.POSITIVE_INFINITY);
  return new Promise((resolve, reject) => {
    const given = bound === "call" ? stopOf(call, deadline) : undefined;
    const stop = given ?? createStop();
    const end = (reason: unknown): void => {
      release();
      stop.abort(reason);
      reject(reason);
    };
    const onAbort = (): void => end(call.signal.reason);
    const expire = (): void => end(deadlineError(request, bound, timeoutMs));
    const onDue = (): void => {
      // Behind a stalled event loop the answer may have come long since: it is let in first.
      if (clock.now() - deadline > stallMs) cancelTimer = clock.setTimer(expire, 0);
      else expire();
    };
    let cancelTimer = (): void => undefined;
    const watch = (): void => {
      const alarm = alarms.set(deadline, onDue);
      cancelTimer = () => alarms.cancel(alarm);
    };
    let over = false;
    const release = (): void => {
      over = true;
      cancelTimer();
      if (given === undefined) call.signal.removeEventListener("abort", onAbort);
      else given.onAbort = undefined;
    };
    if (call.signal.aborted) {
      onAbort();
      return;
    }
    watch();
    if (given === undefined) call.signal.addEventListener("abort", onAbort, { once: true });
    else given.onAbort = onAbort;
    const { patience } = call;
    const bounded = given === undefined ? { ...call, deadline, signal: stop.signal } : call;
    const held =
      patience === undefined
        ? bounded
        : {
            ...bounded,
            patience: standingStill(
              patience,
              () => cancelTimer(),
              (waitedMs) => {
                deadline += waitedMs;
                if (!over) watch();
              },
            ),
          };
    next(request, held).then(
      (response) => {
        release();
        resolve(response);
      },
      (error: unknown) => {
        release();
        reject(error);
      },
    );
  });
}

/** The call's own stop, where it is free and the call ends with this deadline. */
function stopOf({ stop, signal, deadline }: Call, endsAt: number): Stop | undefined {
  const isOurs = stop?.signal === signal && stop.onAbort === undefined && deadline === endsAt;
  return isOurs ? stop : undefined;
}

/** The same patience, whose waits are told. */
function standingStill(
  patience: Patience,
  onWait: () => void,
  onWaited: (waitedMs: number) => void,
): Patience {
  return {
    get waitedMs() {
      return patience.waitedMs;
    },
    async wait(gate, open) {
      const before = patience.waitedMs;
      onWait();
      try {
        await patience.wait(gate, open);
      } finally {
        onWaited(patience.waitedMs - before);
      }
    },
  };
}

function deadlineError(
  request: InferenceRequest,
  bound: "call" | "attempt",
  timeoutMs: number,
): DeadlineError {
  const what = bound === "call" ? "all attempts" : "one attempt";
  return new DeadlineError(
    `model "${request.model.name}": expected an answer within ${timeoutMs} ms over ${what}, found none`,
    { bound, delivery: "unknown", retryable: bound === "attempt" },
  );
}
