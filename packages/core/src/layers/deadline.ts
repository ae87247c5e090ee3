import { DeadlineError } from "../errors/errors.ts";
import type { Clock } from "../transport/clock.ts";
import type { Layer } from "../transport/layer.ts";
import type { Patience } from "../transport/patience.ts";
import { createStop, type Stop } from "../transport/stop.ts";
import type { Call, Infer } from "../transport/transport.ts";
import { createAlarms, type Alarm, type Alarms } from "./alarms.ts";
import type { InferenceRequest } from "../protocol/request.ts";
import type { InferenceResponse } from "../protocol/response.ts";

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
  const { signal } = call;
  const deadline = Math.min(clock.now() + timeoutMs, call.deadline ?? Number.POSITIVE_INFINITY);
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const given = bound === "call" ? stopOf(call, deadline) : undefined;
    const stop = given ?? createStop();
    let isOver = false;
    const release = (): void => {
      isOver = true;
      alarms.cancel(alarm);
      if (given === undefined) signal.removeEventListener("abort", onAbort);
      else given.onAbort = undefined;
    };
    const end = (reason: unknown): void => {
      release();
      stop.abort(reason);
      reject(reason);
    };
    const onAbort = (): void => end(signal.reason);
    const ring = (): void => end(deadlineError(request, bound, timeoutMs));
    const alarm: Alarm = { atMs: deadline, ring, at: 0 };
    alarms.set(alarm);
    if (given === undefined) signal.addEventListener("abort", onAbort, { once: true });
    else given.onAbort = onAbort;
    const bounded = given === undefined ? { ...call, deadline, signal: stop.signal } : call;
    const { patience } = call;
    const held =
      patience === undefined
        ? bounded
        : {
            ...bounded,
            patience: standingStill(
              patience,
              () => alarms.cancel(alarm),
              (waitedMs) => {
                alarms.cancel(alarm);
                alarm.atMs += waitedMs;
                if (!isOver) alarms.set(alarm);
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
    waitedMs: () => patience.waitedMs(),
    async wait(gate, open) {
      const before = patience.waitedMs();
      onWait();
      try {
        await patience.wait(gate, open);
      } finally {
        onWaited(patience.waitedMs() - before);
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
