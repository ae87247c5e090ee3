import { ServerError, TransportError } from "../errors/errors.ts";
import type { Delivery } from "../errors/delivery.ts";
import type { Outcome } from "../errors/outcome.ts";
import type { InferenceRequest } from "../protocol/request.ts";
import type { InferenceResponse } from "../protocol/response.ts";
import type { Call } from "../transport/transport.ts";

export const request: InferenceRequest = { model: { name: "m" }, inputs: [] };
export const response: InferenceResponse = { modelName: "m", outputs: [] };

export function callWith(changes: Partial<Call> = {}): Call {
  return { signal: new AbortController().signal, headers: {}, attempt: 1, ...changes };
}

export function serverError(outcome: Outcome, retryAfterMs?: number): ServerError {
  return new ServerError(`refused: ${outcome}`, {
    outcome,
    status: 500,
    serverText: "",
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

export function transportError(delivery: Delivery): TransportError {
  return new TransportError("connection reset", { delivery, retryable: true });
}
