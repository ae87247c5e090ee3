import { DeadlineError, DecodeError, ServerError, TransportError } from "../errors/errors.ts";
import type { Call } from "../transport/transport.ts";

/**
 * What the end of an attempt says of the server's health.
 *
 * - `unreachable`: a failure before anything was sent.
 * - `neutral`: nothing, for the request or the caller was at fault, or the server is only busy.
 */
export type CircuitSignal = "success" | "failure" | "unreachable" | "neutral";

/**
 * How servers report a request that they cancelled themselves, in HTTP and gRPC: no fault of theirs.
 *
 * @see Triton, `http_server.cc`: cancelled is 400 without a text
 */
const cancelledStatuses: readonly number[] = [400, 1];

/** What a failed attempt says of the server's health. */
export function signalOf(error: unknown, { signal, rows = 1 }: Call): CircuitSignal {
  if (error instanceof DeadlineError) return "failure";
  if (signal.aborted && error === signal.reason) return "neutral";
  if (error instanceof TransportError) {
    return error.delivery === "not-sent" ? "unreachable" : "failure";
  }
  if (error instanceof DecodeError) return "failure";
  return error instanceof ServerError ? signalOfAnswer(error, rows) : "neutral";
}

function signalOfAnswer({ outcome, status }: ServerError, rows: number): CircuitSignal {
  if (outcome === "unavailable") return cancelledStatuses.includes(status) ? "neutral" : "failure";
  // One bad record makes Triton answer 500 for its whole batch; its halves will tell.
  if (outcome === "internal") return rows > 1 ? "neutral" : "failure";
  return "neutral";
}
