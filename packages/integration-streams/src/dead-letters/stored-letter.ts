import type { DeadLetter, Delivery } from "@nereid/core";
import { fromStored, toStored } from "./stored-value.ts";

/** A dead letter as a file keeps it. */
export interface StoredLetter {
  /** The record, equal to the one that failed. */
  readonly record: unknown;
  /** The error's `code`. */
  readonly code: string;
  /** The error's message: neither values of tensors nor credentials. */
  readonly message: string;
  /** Could the same record work later? */
  readonly retryable: boolean;
  readonly delivery: Delivery;
  /** Exchanges that carried the record. */
  readonly attempts: number;
  /** When the record failed. */
  readonly time: Date;
}

const deliveries: readonly unknown[] = ["not-sent", "unknown", "answered"] satisfies Delivery[];

/** How every line begins, so that a torn one can be told from a line of another file. */
export const lineStart = '{"time":"';

/**
 * Writes a letter as one line of JSON, its end included. Of the error only code, message and facts are
 * written: a cause may hold anything.
 *
 * @throws TypeError for a record that cannot be kept faithfully
 */
export function encodeLetter({ record, error, attempts, timeMs }: DeadLetter<unknown>): string {
  const { code, message, retryable, delivery } = error;
  const time = new Date(timeMs).toISOString();
  const stored = { time, code, message, retryable, delivery, attempts, record: toStored(record) };
  return `${JSON.stringify(stored)}\n`;
}

/** Reads a line of {@link encodeLetter}, without its end. @throws SyntaxError, TypeError */
export function decodeLetter(line: string): StoredLetter {
  const stored: unknown = JSON.parse(line);
  const facts = new Map(Object.entries(Object(stored)));
  const time = new Date(String(facts.get("time")));
  const [code, message, delivery] = [
    facts.get("code"),
    facts.get("message"),
    facts.get("delivery"),
  ];
  const [retryable, attempts] = [facts.get("retryable"), facts.get("attempts")];
  const isLetter =
    Number.isFinite(time.getTime()) &&
    typeof code === "string" &&
    typeof message === "string" &&
    typeof retryable === "boolean" &&
    isDelivery(delivery) &&
    isCount(attempts) &&
    facts.has("record");
  if (!isLetter) throw new TypeError("expected a dead letter, found other JSON");
  return {
    record: fromStored(facts.get("record")),
    code,
    message,
    retryable,
    delivery,
    attempts,
    time,
  };
}

/** JSON has numbers that no count is, and 1e999 among them. */
function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isDelivery(value: unknown): value is Delivery {
  return deliveries.includes(value);
}
