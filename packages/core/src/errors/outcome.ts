/** What a server's "no" means. */
export type Outcome =
  | "rejected"
  | "unauthorized"
  | "not-found"
  | "unsupported"
  | "sequence-lost"
  | "overloaded"
  | "unavailable"
  | "internal";

/** One row of {@link outcomes}: what a server's "no" means on each wire. */
export interface OutcomeRow {
  /** HTTP statuses that mean this when no known message says otherwise. */
  readonly http: readonly number[];
  /** gRPC codes that mean this when no known message says otherwise. */
  readonly grpc: readonly number[];
  /** Could the same request work later? */
  readonly retryable: boolean;
}

/**
 * What a server's "no" can honestly mean on HTTP and gRPC alike.
 *
 * `internal` is retryable although a Triton model that raises answers 500 for bad input too: a lone
 * record is repeated before it is blamed, and a batch is split instead (see `mayReplay`).
 *
 * @see Triton, `http_server.cc` and `grpc_utils.cc`, for the mapping of its own codes
 */
export const outcomes: Readonly<Record<Outcome, OutcomeRow>> = {
  rejected: { http: [400, 413, 414, 415, 422, 431], grpc: [2, 3, 6, 9, 11], retryable: false },
  unauthorized: { http: [401, 403, 407], grpc: [7, 16], retryable: false },
  "not-found": { http: [404, 410], grpc: [5], retryable: false },
  unsupported: { http: [405, 501, 505], grpc: [12], retryable: false },
  "sequence-lost": { http: [], grpc: [], retryable: false },
  overloaded: { http: [429], grpc: [8], retryable: true },
  unavailable: { http: [408, 502, 503, 504], grpc: [1, 4, 14], retryable: true },
  internal: { http: [500], grpc: [10, 13, 15], retryable: true },
};

/** A text that says more than the status it comes with. */
export interface KnownMessage {
  /** Found anywhere in the server's text, in any case. */
  readonly fragment: string;
  readonly outcome: Outcome;
}

/**
 * Texts of real servers that override the status. Triton answers 500 for several kinds of bad input,
 * and 503 for things that no waiting will mend. The first match wins.
 */
export const knownMessages: readonly KnownMessage[] = [
  { fragment: "failed to parse the request JSON buffer", outcome: "rejected" },
  { fragment: "Unable to parse '", outcome: "rejected" },
  { fragment: "Shape does not match true shape of 'data' field", outcome: "rejected" },
  { fragment: "attempt to access JSON", outcome: "rejected" },
  { fragment: "attempt to access non-existing", outcome: "rejected" },
  { fragment: "cannot reshape array of size", outcome: "rejected" },
  { fragment: "ValidationError : ", outcome: "rejected" },
  // gRPC has but one code for a full server and a request beyond its limit.
  { fragment: "Received message larger than max", outcome: "rejected" },
  { fragment: "Request for unknown model", outcome: "not-found" },
  { fragment: "is restricted, expecting header", outcome: "unauthorized" },
  { fragment: "explicit model load / unload is not allowed", outcome: "unsupported" },
  { fragment: "expects model to produce exactly 1 response", outcome: "unsupported" },
  { fragment: "must specify the START flag", outcome: "sequence-lost" },
  { fragment: "corresponding sequence has been expired", outcome: "sequence-lost" },
  { fragment: "Exceeds maximum queue size", outcome: "overloaded" },
  { fragment: "Request timeout expired", outcome: "overloaded" },
  { fragment: "Too many requests", outcome: "overloaded" },
];
