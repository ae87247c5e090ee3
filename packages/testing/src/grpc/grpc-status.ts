import { outcomes, type Outcome } from "@nereid/core/transport-kit";
import { Refusal } from "../server/refusal.ts";

/** Codes of gRPC that the server itself gives. @see gRPC, "Status codes and their use" */
export const grpcCodes = {
  ok: 0,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

/** How a call ends. */
export interface GrpcStatus {
  readonly code: number;
  readonly text: string;
}

const codeOfOutcome: Readonly<Record<Outcome, number>> = {
  rejected: grpcCodes.invalidArgument,
  unauthorized: grpcCodes.permissionDenied,
  "not-found": grpcCodes.notFound,
  unsupported: grpcCodes.unimplemented,
  "sequence-lost": grpcCodes.invalidArgument,
  overloaded: grpcCodes.resourceExhausted,
  unavailable: grpcCodes.unavailable,
  internal: grpcCodes.internal,
};

/** The code that says over gRPC what a status says over HTTP; for Triton's own, as Triton maps them. */
export function grpcCodeOf(httpStatus: number): number {
  for (const outcome of Object.keys(outcomes) as Outcome[]) {
    if (outcomes[outcome].http.includes(httpStatus)) return codeOfOutcome[outcome];
  }
  return grpcCodes.unknown;
}

/** The status of a failed call; what is no refusal is the server's own fault. */
export function statusOf(error: unknown): GrpcStatus {
  if (error instanceof Refusal) return { code: grpcCodeOf(error.status), text: error.message };
  return { code: grpcCodes.internal, text: String(error) };
}
