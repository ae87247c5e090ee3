import { DeadlineError } from "../errors/errors.ts";
import { InferenceError } from "../errors/inference-error.ts";
import type { Clock } from "../transport/clock.ts";
import type { Layer } from "../transport/layer.ts";

/** Why a request is repeated: by the kind of failure, which also sets the price of the retry. */
export type RetryReason = "throttled" | "timeout" | "failure";

/** Why a failed request is not repeated. */
export type StopReason =
  | "final"
  | "retries-spent"
  | "quarantined"
  | "circuit-open"
  | "budget"
  | "retry-after"
  | "deadline";

/** The state of a circuit breaker. */
export type CircuitState = "closed" | "open" | "half-open";

/** What became of a sequence; `left`: its owner let go of it without an end. */
export type SequenceChange = "started" | "ended" | "lost" | "left";

/** Something that happened in the layers. Durations in milliseconds. */
export type LayerEvent =
  | {
      /** A request ended, over all its attempts. */
      readonly type: "call";
      /** Records in the request. */
      readonly rows: number;
      readonly durationMs: number;
      /** What it failed with; absent after an answer. */
      readonly error?: unknown;
    }
  | {
      readonly type: "attempt";
      /** 1 for the first exchange of a request. */
      readonly attempt: number;
      /** Records in the request. */
      readonly rows: number;
      readonly durationMs: number;
      /** Where it went, when there are several endpoints. */
      readonly endpoint?: string;
      /** True for the second of two that race; the one that loses fails with an abort. */
      readonly hedge?: true;
      /** What it failed with; absent after an answer. */
      readonly error?: unknown;
    }
  | {
      readonly type: "retry";
      readonly reason: RetryReason;
      /** The number that the coming attempt will have. */
      readonly attempt: number;
      readonly waitMs: number;
      /** What it took of the retry budget. */
      readonly paid: number;
    }
  | { readonly type: "retry-stopped"; readonly reason: StopReason; readonly attempts: number }
  | { readonly type: "deadline-while-waiting"; readonly waitingFor: "retry" | "place" }
  | {
      readonly type: "circuit";
      readonly from: CircuitState;
      readonly to: CircuitState;
      /** Whose circuit, when there are several endpoints. */
      readonly endpoint?: string;
      /** Whose failures: the server's, for all models on it, or the model's own. Absent where they are one. */
      readonly of?: "endpoint" | "model";
    }
  | {
      readonly type: "health";
      /** Whose health, when there are several endpoints. */
      readonly endpoint?: string;
      readonly ready: boolean;
    }
  | {
      /** A batch left the gatherer. */
      readonly type: "batch";
      readonly rows: number;
      /** Of its tensors, as measured before they were encoded. */
      readonly bytes: number;
      /** How long the record that waited longest has waited. */
      readonly waitMs: number;
    }
  | {
      /** Rows of streams wait for a model that its server has no more; or it has answered again. */
      readonly type: "absence";
      readonly gone: boolean;
    }
  | {
      /** An exchange has its place. */
      readonly type: "queued";
      readonly waitMs: number;
      /** True for the second of two that race. */
      readonly hedge?: true;
    }
  /** The second of two exchanges that raced answered first. */
  | { readonly type: "hedge-won" }
  | { readonly type: "limit"; readonly maxInFlight: number }
  | {
      /** Those with `to: "open"`, less those with `from: "open"`, are alive. */
      readonly type: "sequence";
      readonly from: "new" | "open";
      /** `left`: its owner let go of it without an end; the server forgets it in time. */
      readonly to: "open" | "ended" | "lost" | "left";
    };

/** Told of each event, in the turn in which it happens; must be quick. */
export type Observe = (event: LayerEvent) => void;

/** Tells several observers, in their order. */
export function tellAll(observers: readonly Observe[]): Observe {
  return (event) => {
    for (const observe of observers) observe(event);
  };
}

/** An observer that throws changes nothing: what is counted must not decide what happens. */
export function shielded<Event>(observe: (event: Event) => void): (event: Event) => void {
  return (event) => {
    try {
      observe(event);
    } catch {
      // The caller's observer failed; the request has not.
    }
  };
}

/** Reports how each exchange ended. */
export function attemptLayer(clock: Clock, observe: Observe): Layer {
  return (next) => async (request, call) => {
    const startedAt = clock.now();
    const ended = (): Extract<LayerEvent, { readonly type: "attempt" }> => ({
      type: "attempt",
      attempt: call.attempt,
      rows: call.rows ?? 1,
      durationMs: clock.now() - startedAt,
      ...(call.endpoint === undefined ? {} : { endpoint: call.endpoint }),
      ...(call.hedge === true ? { hedge: true } : {}),
    });
    try {
      const response = await next(request, call);
      observe(ended());
      return response;
    } catch (error) {
      observe({ ...ended(), error });
      throw error;
    }
  };
}

/** Reports a wait that ended because the call's time was over. */
export function observeWait(
  observe: Observe | undefined,
  waitingFor: "retry" | "place",
  reason: unknown,
): void {
  if (observe === undefined || !InferenceError.is(reason)) return;
  if (reason instanceof DeadlineError) observe({ type: "deadline-while-waiting", waitingFor });
}
