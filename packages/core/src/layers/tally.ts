import type { Clock } from "../transport/clock.ts";
import type { Layer } from "../transport/layer.ts";
import { errorType } from "./error-type.ts";
import { createLatencySketch, type LatencySummary } from "./latency-sketch.ts";
import type {
  CircuitState,
  LayerEvent,
  Observe,
  RetryReason,
  SequenceChange,
  StopReason,
} from "./observe.ts";

/** How often, by the kind of failure (`errorType`); a kind that never was is missing. */
export type CountByType = Readonly<Record<string, number>>;

/** What has been counted since the model was made. */
export interface TallyCounts {
  /** Requests, each over all its attempts; a batch is one. */
  readonly requests: {
    readonly started: number;
    readonly succeeded: number;
    readonly failed: CountByType;
  };
  /** From the start of a request to its end, over all attempts; in milliseconds. */
  readonly latencyMs: LatencySummary;
  /** Exchanges that got a place under the limit: first ones, retries and hedges. */
  readonly attempts: number;
  /** Exchanges sent beside one that took long, and how many of them answered first. */
  readonly hedges: { readonly sent: number; readonly won: number };
  readonly retries: Readonly<Record<RetryReason, number>>;
  /** Failures that were not followed by a retry. */
  readonly retriesStopped: Readonly<Record<StopReason, number>>;
  /** Waits that ended because the call's time was over. */
  readonly deadlinesWhileWaiting: Readonly<Record<"retry" | "place", number>>;
  /** Records: those taken are those that settled, that were cancelled, and that are still inside. */
  readonly records: {
    readonly taken: number;
    /** Given up by their caller, left in a stream that ended, or refused by a model that was closed. */
    readonly cancelled: number;
    readonly ok: number;
    /** Default rows, by what the record failed with. */
    readonly fallback: CountByType;
    readonly failed: CountByType;
  };
  readonly sequences: Readonly<Record<SequenceChange, number>>;
  readonly endpoints: readonly EndpointCount[];
}

/** An endpoint and how it fares. */
export interface EndpointCount {
  /** Absent when it is the only one. */
  readonly endpoint?: string;
  /** Its circuit breaker, or the model's own when that is worse; undefined when there is none. */
  readonly circuit: CircuitState | undefined;
  /** How often its circuit opened. */
  readonly openings: number;
  /** What the last health check said; undefined when there are none. */
  readonly ready: boolean | undefined;
}

/** How a record settled, for counting. */
export type Settlement =
  | { readonly outcome: "ok" }
  | { readonly outcome: "fallback" | "failed"; readonly error: unknown };

/** Counts what a model does. */
export interface Tally {
  /** Counts requests; belongs around every other layer. */
  readonly layer: Layer;
  observe(event: LayerEvent): void;
  /** A record was taken. */
  taken(): void;
  settled(settlement: Settlement): void;
  /** Records that were taken will not settle. */
  cancelled(count: number): void;
  counts(): TallyCounts;
}

/**
 * Makes a tally.
 *
 * @param atFirst - the endpoints, before anything has happened
 * @param tell - told of each request that ended. Default: nobody
 */
export function createTally(
  clock: Clock,
  atFirst: readonly EndpointCount[],
  tell?: Observe,
): Tally {
  const latency = createLatencySketch();
  const requestsFailed: Record<string, number> = {};
  const recordsFailed: Record<string, number> = {};
  const recordsFallback: Record<string, number> = {};
  const retries = { throttled: 0, timeout: 0, failure: 0 };
  const retriesStopped = {
    final: 0,
    "retries-spent": 0,
    "circuit-open": 0,
    quarantined: 0,
    budget: 0,
    "retry-after": 0,
    deadline: 0,
  };
  const deadlinesWhileWaiting = { retry: 0, place: 0 };
  const sequences = { started: 0, ended: 0, lost: 0, left: 0 };
  const endpoints = new Map(atFirst.map((one) => [one.endpoint, one]));
  const change = (endpoint: string | undefined, to: Partial<EndpointCount>): void => {
    const before = endpoints.get(endpoint);
    if (before !== undefined) endpoints.set(endpoint, { ...before, ...to });
  };
  let started = 0;
  let succeeded = 0;
  let attempts = 0;
  const hedges = { sent: 0, won: 0 };
  let ok = 0;
  let taken = 0;
  let cancelled = 0;

  return {
    layer: (next) => (request, call) => {
      const startedAt = clock.now();
      started += 1;
      return next(request, call).then(
        (response) => {
          const durationMs = clock.now() - startedAt;
          succeeded += 1;
          latency.add(durationMs);
          tell?.({ type: "call", rows: call.rows ?? 1, durationMs });
          return response;
        },
        (error: unknown) => {
          const durationMs = clock.now() - startedAt;
          add(requestsFailed, errorType(error));
          latency.add(durationMs);
          tell?.({ type: "call", rows: call.rows ?? 1, durationMs, error });
          throw error;
        },
      );
    },
    observe(event) {
      switch (event.type) {
        case "queued":
          attempts += 1;
          if (event.hedge === true) hedges.sent += 1;
          return;
        case "hedge-won":
          hedges.won += 1;
          return;
        case "retry":
          retries[event.reason] += 1;
          return;
        case "retry-stopped":
          retriesStopped[event.reason] += 1;
          return;
        case "deadline-while-waiting":
          deadlinesWhileWaiting[event.waitingFor] += 1;
          return;
        case "circuit":
          change(event.endpoint, { circuit: event.to });
          if (event.to === "open") {
            const { openings = 0 } = endpoints.get(event.endpoint) ?? {};
            change(event.endpoint, { openings: openings + 1 });
          }
          return;
        case "health":
          change(event.endpoint, { ready: event.ready });
          return;
        case "sequence":
          if (event.from === "new") sequences.started += 1;
          if (event.to !== "open") sequences[event.to] += 1;
          return;
        default:
      }
    },
    taken() {
      taken += 1;
    },
    cancelled(count) {
      cancelled += count;
    },
    settled(settlement) {
      if (settlement.outcome === "ok") {
        ok += 1;
        return;
      }
      const failures = settlement.outcome === "failed" ? recordsFailed : recordsFallback;
      add(failures, errorType(settlement.error));
    },
    counts: () => ({
      requests: { started, succeeded, failed: { ...requestsFailed } },
      latencyMs: latency.summary(),
      attempts,
      hedges: { ...hedges },
      retries: { ...retries },
      retriesStopped: { ...retriesStopped },
      deadlinesWhileWaiting: { ...deadlinesWhileWaiting },
      records: {
        taken,
        cancelled,
        ok,
        fallback: { ...recordsFallback },
        failed: { ...recordsFailed },
      },
      sequences: { ...sequences },
      endpoints: [...endpoints.values()],
    }),
  };
}

function add(counts: Record<string, number>, type: string): void {
  counts[type] = (counts[type] ?? 0) + 1;
}
