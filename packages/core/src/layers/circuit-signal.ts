import { DeadlineError, DecodeError, ServerError, TransportError } from "../errors/errors.ts";
import type { Call } from "../transport/transport.ts";

/**
 * What the end of an attempt says of the server's health.
 *
 * - `unreachable`: a failure before anything was sent.
 * - `failure`: the server, or the way to it, broke off or refuses everybody.
 * - `raised`: a failure of the model, told by a server that is well.
 * - `faulty`: no answer in time, or one that cannot be believed: the model's fault as far as anybody knows.
 * - `neutral`: nothing, for the request or the caller was at fault, or the server is only busy.
 */
export type CircuitSignal = "success" | "unreachable" | "failure" | "raised" | "faulty" | "neutral";

/**
 * How servers report a request that they cancelled themselves, in HTTP and gRPC: no fault of theirs.
 *
 * @see Triton, `http_server.cc`: cancelled is 400 without a text
 */
const cancelledStatuses: readonly number[] = [400, 1];
/** What is said of one request that took too long, in HTTP and gRPC. */
const timedOutStatuses: readonly number[] = [408, 4];

/** What a failed attempt says of the server's health. */
export function signalOf(error: unknown, { signal, rows = 1 }: Call): CircuitSignal {
  if (error instanceof DeadlineError) return "faulty";
  if (signal.aborted && error === signal.reason) return "neutral";
  if (error instanceof TransportError) {
    return error.delivery === "not-sent" ? "unreachable" : "failure";
  }
  if (error instanceof DecodeError) return "faulty";
  return error instanceof ServerError ? signalOfAnswer(error, rows) : "neutral";
}

function signalOfAnswer({ outcome, status }: ServerError, rows: number): CircuitSignal {
  if (outcome === "unavailable") {
    if (cancelledStatuses.includes(status)) return "neutral";
    return timedOutStatuses.includes(status) ? "faulty" : "failure";
  }
  // One bad record makes Triton answer 500 for its whole batch; its halves will tell.
  if (outcome === "internal") return rows > 1 ? "neutral" : "raised";
  return "neutral";
}
