import { ServerError, type InferenceError } from "@nereid/core";
import { rawText } from "../record/source-record.ts";
import { rowText, valueText, type BinaryNames } from "./json-text.ts";

/** What a line of a dead-letter file is made of. */
export interface DeadLetterFacts {
  readonly row: number;
  readonly record: object;
  readonly error: InferenceError;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** A record without a row as a line of JSON: its number as a person is told it, from 1 on, the time, the error, itself. */
export function deadLetterText(
  { row, record, error, time }: DeadLetterFacts,
  binary: BinaryNames,
): string {
  const told = {
    name: error.name,
    code: error.code,
    ...(error instanceof ServerError ? { outcome: error.outcome, status: error.status } : {}),
    delivery: error.delivery,
    retryable: error.retryable,
    message: error.message,
  };
  const at = new Date(time).toISOString();
  const facts = `"row":${row + 1},"time":"${at}","error":${valueText(told, false) ?? "null"}`;
  const text: unknown = Reflect.get(record, rawText);
  const origin =
    typeof text === "string"
      ? `"text":${JSON.stringify(text)}`
      : `"record":${rowText(record, binary)}`;
  return `{${facts},${origin}}\n`;
}
