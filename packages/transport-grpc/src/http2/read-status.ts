import { constants, type IncomingHttpHeaders } from "node:http2";
import { TransportError, type InferenceError } from "@nereid/core/transport-kit";
import { failure, type CallProgress } from "../failures.ts";

const ok = 0;
const unknown = 2;
const unavailable = 14;

/** What gRPC makes of an HTTP status. @see gRPC, `http-grpc-status-mapping.md` */
const httpStatuses: Readonly<Record<number, number>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  429: unavailable,
  502: unavailable,
  503: unavailable,
  504: unavailable,
};

const progress: CallProgress = { started: true, heard: "status" };

/** The error of the headers or trailers that ended a call which was meant to go on. */
export function readStatus(where: string, headers: IncomingHttpHeaders): InferenceError {
  const written = headers["grpc-status"];
  const pushback = headers["grpc-retry-pushback-ms"];
  if (written !== undefined) {
    const code = /^\d{1,9}$/.test(String(written)) ? Number(written) : Number.NaN;
    if (code === ok) return ended(where, "the stream's end");
    return failure(
      where,
      { code, details: decodeMessage(headers["grpc-message"]), pushback },
      progress,
    );
  }
  const status = Number(headers[constants.HTTP2_HEADER_STATUS] ?? 200);
  if (status === 200) return ended(where, "the stream's end without a status");
  const code = httpStatuses[status] ?? unknown;
  const details = `HTTP status ${status} without a gRPC status`;
  return failure(where, { code, details, pushback }, progress);
}

/** Nothing was said about the requests that still wait. */
function ended(where: string, found: string): TransportError {
  return new TransportError(`${where}: expected answers, found ${found}`, {
    delivery: "unknown",
    retryable: true,
  });
}

/** The text of a status is percent-encoded; what is not stays as it is. */
function decodeMessage(value: unknown): string {
  if (typeof value !== "string") return "";
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
