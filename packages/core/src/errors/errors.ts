import type { Delivery } from "./delivery.ts";
import { InferenceError, type ErrorFacts } from "./inference-error.ts";
import { outcomes, type Outcome } from "./outcome.ts";

/** One thing wrong with the options. */
export interface OptionIssue {
  /** The option's name, spelt as the caller spelt it. */
  readonly option: string;
  /** What is wrong: expected and found, without the value of a secret. */
  readonly problem: string;
}

/** What the caller configured cannot work. Thrown before any call; lists every issue at once. */
export class OptionsError extends InferenceError {
  override readonly name = "OptionsError";
  readonly code = "options";
  /** Every issue found, in the order of the options. */
  readonly issues: readonly OptionIssue[];

  constructor(issues: readonly OptionIssue[], facts: ErrorFacts = {}) {
    super(issues.map(({ option, problem }) => `${option}: ${problem}`).join("; "), facts);
    this.issues = issues;
  }
}

/** A record does not fit the model's inputs. Nothing was sent for it. */
export class EncodeError extends InferenceError {
  override readonly name = "EncodeError";
  readonly code = "encode";
  /** The field at fault, or undefined when the record as a whole is. */
  readonly field: string | undefined;
  /** True when a nullable field was null; the record then follows `on-null`. */
  readonly nullField: boolean;

  constructor(
    message: string,
    facts: ErrorFacts & { readonly field?: string; readonly nullField?: boolean } = {},
  ) {
    super(message, facts);
    this.field = facts.field;
    this.nullField = facts.nullField ?? false;
  }
}

/** An answer does not fit what was asked: name, datatype, shape, bytes, batch dimension or id. */
export class DecodeError extends InferenceError {
  override readonly name = "DecodeError";
  readonly code = "decode";

  constructor(message: string, facts: ErrorFacts = {}) {
    super(message, { delivery: "answered", ...facts });
  }
}

/** No usable answer arrived. `delivery` tells whether the request may have been executed. */
export class TransportError extends InferenceError {
  override readonly name = "TransportError";
  readonly code = "transport";

  constructor(message: string, facts: ErrorFacts & { readonly delivery: Delivery }) {
    super(message, facts);
  }
}

/** What a {@link ServerError} carries of the answer. */
export interface ServerErrorFacts {
  readonly outcome: Outcome;
  /** HTTP status or gRPC code. */
  readonly status: number;
  /** The server's own text, cut to 1 KiB and without control characters. */
  readonly serverText: string;
  /** Overrides the outcome table, for a status that a message makes permanent. */
  readonly retryable?: boolean;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** The server answered no. */
export class ServerError extends InferenceError {
  override readonly name = "ServerError";
  readonly code = "server";
  readonly outcome: Outcome;
  /** HTTP status or gRPC code. */
  readonly status: number;
  /** The server's own text, cut to 1 KiB and without control characters. */
  readonly serverText: string;
  /** How long the server asked to wait before the next try, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, facts: ServerErrorFacts) {
    super(message, {
      retryable: facts.retryable ?? outcomes[facts.outcome].retryable,
      delivery: "answered",
      cause: facts.cause,
    });
    this.outcome = facts.outcome;
    this.status = facts.status;
    this.serverText = facts.serverText;
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/** Our own time bound passed. The caller's abort is never turned into this. */
export class DeadlineError extends InferenceError {
  override readonly name = "DeadlineError";
  readonly code = "deadline";
  /** The bound that passed: the whole call, or one exchange. */
  readonly bound: "call" | "attempt";

  constructor(
    message: string,
    facts: ErrorFacts & { readonly delivery: Delivery; readonly bound: "call" | "attempt" },
  ) {
    super(message, facts);
    this.bound = facts.bound;
  }
}

/** The circuit to the server is open after too many failures. Nothing was sent. */
export class CircuitOpenError extends InferenceError {
  override readonly name = "CircuitOpenError";
  readonly code = "circuit-open";
  /** How long until the circuit lets a probe through, in milliseconds. */
  readonly retryAfterMs: number;

  constructor(message: string, facts: { readonly retryAfterMs: number }) {
    super(message, { retryable: true, delivery: "not-sent" });
    this.retryAfterMs = facts.retryAfterMs;
  }
}

/**
 * Nothing could be sent for the rows of a stream within its `stall-timeout`: the stream ends, and these rows
 * are not settled. `delivery` and `cause` are those of what they met last.
 */
export class UnavailableError extends InferenceError {
  override readonly name = "UnavailableError";
  readonly code = "unavailable";

  constructor(message: string, facts: Pick<ErrorFacts, "cause"> & { readonly delivery: Delivery }) {
    super(message, { ...facts, retryable: true });
  }
}

/**
 * Why a sequence cannot go on.
 *
 * - `ended`: its last step was sent.
 * - `step-unknown`: a step left and nobody can say whether the model has applied it.
 * - `output-lost`: a step was applied, and its answer cannot be read.
 * - `forgotten`: the server knows the sequence no more: it expired, or the server restarted or is gone.
 * - `none`: a stateful model was asked outside of any sequence.
 */
export type SequenceReason = "ended" | "step-unknown" | "output-lost" | "forgotten" | "none";

/**
 * A step that the state of its sequence does not allow, or that broke it. `delivery` and `cause` are
 * those of the failure behind it; a step that came after it was not sent.
 */
export class SequenceError extends InferenceError {
  override readonly name = "SequenceError";
  readonly code = "sequence";
  readonly reason: SequenceReason;
  /** Steps of the sequence that were answered with a row. */
  readonly steps: number;

  constructor(
    message: string,
    facts: ErrorFacts & { readonly reason: SequenceReason; readonly steps: number },
  ) {
    super(message, facts);
    this.reason = facts.reason;
    this.steps = facts.steps;
  }
}

/** The model, transport or flow was closed before this was asked of it, or before it had an answer. */
export class ClosedError extends InferenceError {
  override readonly name = "ClosedError";
  readonly code = "closed";
}

/** A record failed, and its dead letter could not be kept; `cause` is what the sink said. */
export class DeadLetterError extends InferenceError {
  override readonly name = "DeadLetterError";
  readonly code = "dead-letter";
  /** What the record failed with. */
  readonly recordError: InferenceError;

  constructor(recordError: InferenceError, cause: unknown) {
    super(
      `expected a durable dead letter, found the sink failing; the record: ${recordError.message}`,
      {
        retryable: recordError.retryable,
        delivery: recordError.delivery,
        cause,
      },
    );
    this.recordError = recordError;
  }
}

/** Every error class of Nereid. */
export type AnyInferenceError =
  | OptionsError
  | EncodeError
  | DecodeError
  | TransportError
  | ServerError
  | DeadlineError
  | CircuitOpenError
  | UnavailableError
  | SequenceError
  | ClosedError
  | DeadLetterError;

/** Every `code` that an {@link InferenceError} of Nereid can have. */
export type ErrorCode = AnyInferenceError["code"];
