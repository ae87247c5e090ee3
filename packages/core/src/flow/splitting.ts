import { ServerError } from "../errors/errors.ts";
import type { InferenceError } from "../errors/inference-error.ts";
import { isDeath } from "../layers/suspicions.ts";

/** How one batch is taken apart while it fails. */
export interface Splitting {
  /** Set once parts keep ending without an answer: that is an outage and no record's fault. */
  readonly outage: InferenceError | undefined;
  /** Exchanges so far. */
  readonly exchanges: number;
  /** A part went through so many exchanges. */
  exchanged(times: number): void;
  /** Tokens were paid for sending parts of what had no answer. */
  paid(tokens: number): void;
  /** A part was answered. @returns the tokens that are owed for it */
  answered(): number;
  /**
   * A part failed.
   *
   * @returns the parts to send instead, or undefined when it is to fail as a whole
   */
  failed<T>(part: readonly T[], error: InferenceError): readonly (readonly T[])[] | undefined;
}

/**
 * Takes a batch apart until the culprit stands alone. One culprit costs at most two requests for each
 * halving and one repetition. With many, halving costs more than it finds: beyond a quarter as many
 * failed parts as records, what still fails is sent one by one.
 *
 * @param owedBefore - tokens that were paid for the round
 */
export function createSplitting(rows: number, owedBefore = 0): Splitting {
  const halvings = Math.ceil(Math.log2(rows));
  const mostFailedParts = Math.max(halvings, rows / 4);
  // One culprit at the front dies once for each halving, alone, and once more.
  const mostDeathsInARow = halvings + 2;
  let failedParts = 0;
  let deathsInARow = 0;
  let owed = owedBefore;
  // Plain members: a literal with getters costs half a microsecond, and every batch has one of these.
  const splitting: Mutable<Splitting> = {
    outage: undefined,
    exchanges: 0,
    exchanged(times) {
      splitting.exchanges += times;
    },
    paid(tokens) {
      owed += tokens;
    },
    answered() {
      deathsInARow = 0;
      const due = owed;
      owed = 0;
      return due;
    },
    failed(part, error) {
      if (isDeath(error)) {
        deathsInARow += 1;
        const isOutage = rows > 1 && error.retryable && deathsInARow >= mostDeathsInARow;
        if (isOutage) splitting.outage = error;
      } else deathsInARow = 0;
      if (part.length === 1 || splitting.outage !== undefined || !isWorthSplitting(error)) {
        return undefined;
      }
      failedParts += 1;
      if (failedParts > mostFailedParts) return part.map((item) => [item]);
      const middle = part.length >>> 1;
      return [part.slice(0, middle), part.slice(middle)];
    },
  };
  return splitting;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * "Bad input" and "bad moment" cannot be told apart by status: a Triton model that raises answers
 * 500 to every row of its batch. So both kinds of "no" are split, and so is what ended the server.
 */
function isWorthSplitting(error: InferenceError): boolean {
  if (isDeath(error)) return error.retryable;
  return (
    error instanceof ServerError && (error.outcome === "rejected" || error.outcome === "internal")
  );
}
