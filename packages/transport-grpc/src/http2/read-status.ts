import { constants, type IncomingHttpHeaders } from "node:http2";
import type { InferenceError } from "@nereid/core/transport-kit";
import { failure } from "../failures.ts";

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

/** The error of the headers or trailers that ended a call which was meant to go on. */
export function readStatus(where: string, headers: IncomingHttpHeaders): InferenceError {
  const written = headers["grpc-status"];
  const pushback = headers["grpc-retry-pushback-ms"];
  if (typeof written === "string" && /^\d{1,3}$/.test(written)) {
    const details = decodeMessage(headers["grpc-message"]);
    return failure(where, { code: Number(written), details, pushback }, { started: true });
  }
  const status = Number(headers[constants.HTTP2_HEADER_STATUS] ?? 0);
  const code = httpStatuses[status] ?? unknown;
  const details = `HTTP status ${status} without a gRPC status`;
  return failure(where, { code, details, pushback }, { started: true });
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
