import type { Delivery } from "./delivery.ts";

const brand = Symbol.for("nereid.inference-error");

/** What every {@link InferenceError} says beside its message. */
export interface ErrorFacts {
  /** Could the same request work later? Default: false. */
  readonly retryable?: boolean;
  /** What happened to the request. Default: `"not-sent"`. */
  readonly delivery?: Delivery;
  /** The foreign error behind this one. */
  readonly cause?: unknown;
}

/**
 * The base of every error that Nereid throws, except the caller's own abort reason.
 *
 * `switch (error.code)` over {@link ErrorCode} is checked for completeness.
 */
export abstract class InferenceError extends Error {
  /** One literal for each class. */
  abstract readonly code: string;
  /** Could the same request work later? */
  readonly retryable: boolean;
  /** What happened to the request. */
  readonly delivery: Delivery;

  static {
    Object.defineProperty(InferenceError.prototype, brand, { value: true });
  }

  constructor(message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.retryable = facts.retryable ?? false;
    this.delivery = facts.delivery ?? "not-sent";
  }

  /** True for an error of any copy of this package in the process. */
  static is(value: unknown): value is InferenceError {
    return typeof value === "object" && value !== null && brand in value;
  }
}
