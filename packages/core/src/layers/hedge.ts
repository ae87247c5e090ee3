import { InferenceError } from "../errors/inference-error.ts";
import type { InferenceRequest } from "../protocol/request.ts";
import type { InferenceResponse } from "../protocol/response.ts";
import type { Clock } from "../transport/clock.ts";
import type { Layer } from "../transport/layer.ts";
import type { Call, Infer } from "../transport/transport.ts";
import { createHedgeGate, type HedgeGate } from "./hedge-gate.ts";
import type { Observe } from "./observe.ts";

/** What hedging takes from outside. */
export interface HedgeOptions {
  readonly clock: Clock;
  /** Is there another endpoint, a place, and nothing that fails? Asked when an answer is late. */
  readonly mayHedge: (request: InferenceRequest) => boolean;
  /** Told of each hedge that answered first. */
  readonly observe?: Observe;
}

/** A server would not answer in less. */
const leastAnswerMs = 50;

/**
 * Sends a request to a second endpoint when the first does not answer in time, and takes the first answer;
 * the other exchange is cancelled and nothing comes of it. Whoever is above sees one exchange: one answer,
 * or, when both failed, one failure. Belongs below retry, and above what picks the endpoint.
 *
 * Only first tries without a state are hedged, and no record that is sent alone because its batch failed:
 * it may be what took a server down.
 */
export function hedgeLayer(options: HedgeOptions): Layer {
  const gate = createHedgeGate(options.clock);
  return (next) => (request, call) => {
    const { lateMs } = gate;
    if (lateMs === undefined || call.attempt > 1 || !isHarmless(request, call)) {
      return measured(options.clock, gate, next, request, call);
    }
    return race({ ...options, gate, next, lateMs }, request, call);
  };
}

function isHarmless({ sequence }: InferenceRequest, { atMostOnce, isolated }: Call): boolean {
  return sequence === undefined && atMostOnce !== true && isolated !== true;
}

async function measured(
  clock: Clock,
  gate: HedgeGate,
  next: Infer,
  request: InferenceRequest,
  call: Call,
): Promise<InferenceResponse> {
  const startedAt = clock.now();
  try {
    const response = await next(request, call);
    gate.took(clock.now() - startedAt);
    return response;
  } catch (error) {
    gate.failed(error);
    throw error;
  }
}

interface Race extends HedgeOptions {
  readonly gate: HedgeGate;
  readonly next: Infer;
  readonly lateMs: number;
}

function race(
  { clock, gate, next, lateMs, mayHedge, observe }: Race,
  request: InferenceRequest,
  call: Call,
): Promise<InferenceResponse> {
  const startedAt = clock.now();
  return new Promise((resolve, reject) => {
    const { signal } = call;
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const exchanges = new Set<AbortController>();
    const failures: unknown[] = [];
    let isOver = false;
    const end = (reason?: unknown): void => {
      isOver = true;
      cancelTimer();
      signal.removeEventListener("abort", onAbort);
      for (const exchange of exchanges) exchange.abort(reason);
    };
    const onAbort = (): void => {
      gate.failed(signal.reason);
      end(signal.reason);
      reject(signal.reason);
    };
    const send = (isHedge: boolean): void => {
      const exchange = new AbortController();
      exchanges.add(exchange);
      const sent = { ...call, signal: exchange.signal, ...(isHedge ? { hedge: true } : {}) };
      next(request, sent).then(
        (response) => {
          if (isOver) return;
          exchanges.delete(exchange);
          end();
          gate.took(clock.now() - startedAt);
          if (isHedge) observe?.({ type: "hedge-won" });
          resolve(response);
        },
        (error: unknown) => {
          if (isOver) return;
          exchanges.delete(exchange);
          gate.failed(error);
          if (isHedge) failures.push(error);
          else failures.unshift(error);
          // The other one may be answered yet.
          if (exchanges.size > 0) return;
          end();
          reject(moreTelling(failures));
        },
      );
    };
    const onLate = (): void => {
      const leftMs = (call.deadline ?? Number.POSITIVE_INFINITY) - clock.now();
      if (leftMs >= leastAnswerMs && mayHedge(request) && gate.take()) send(true);
    };
    const cancelTimer = clock.setTimer(onLate, lateMs);
    signal.addEventListener("abort", onAbort, { once: true });
    send(false);
  });
}

/** The failure of the first exchange, unless it reached nobody and that of the second did. */
function moreTelling([first, second]: readonly unknown[]): unknown {
  const isSilent = InferenceError.is(first) && first.delivery === "not-sent";
  const isTold = InferenceError.is(second) && second.delivery !== "not-sent";
  return isSilent && isTold ? second : first;
}
