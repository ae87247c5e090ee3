import type {
  InferenceRequest,
  InferenceResponse,
  Outcome,
  StreamingTransport,
  Tensor,
  Transport,
} from "@nereid/core/transport-kit";
import type { Fault } from "../server/faults.ts";

/** What a failure must look like. */
export interface ExpectedError {
  /** The `code` of the error's class. */
  readonly code: string;
  readonly outcome?: Outcome;
  readonly retryable: boolean;
  readonly delivery: "not-sent" | "unknown" | "answered";
  /** What the server asked to wait, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** One request and the outputs that must come back, bit for bit. */
export interface AnswerCase {
  readonly name: string;
  readonly request: InferenceRequest;
  readonly outputs: readonly Tensor[];
  /** Further conditions, told in the name. */
  readonly check?: (response: InferenceResponse) => void;
}

/** One request and what the server must have understood of it, once and no more. */
export interface ReceivedCase {
  readonly name: string;
  readonly request: InferenceRequest;
  readonly received: Partial<InferenceRequest>;
}

/** One request and the failure it must meet. */
export interface ErrorCase {
  readonly name: string;
  readonly request: InferenceRequest;
  readonly error: ExpectedError;
  /** What goes wrong with the answer; without it the request itself is at fault. */
  readonly fault?: Fault;
}

/** Several steps over one transport. Throws when something is not as the name says. */
export interface ScriptCase {
  readonly name: string;
  readonly script: (transport: Transport) => Promise<void>;
  /** The script closes the transport, so it gets one of its own. */
  readonly closes?: boolean;
}

/** Steps over the streams of one transport. Throws when something is not as the name says. */
export interface StreamCase {
  readonly name: string;
  readonly stream: (transport: StreamingTransport) => Promise<void>;
  /** The case closes the transport, so it gets one of its own. */
  readonly closes?: boolean;
}

/** A case of the suite. */
export type ConformanceCase = AnswerCase | ReceivedCase | ErrorCase | ScriptCase | StreamCase;
