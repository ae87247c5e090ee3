import type { AnswerHeaders } from "../answer-headers.ts";

/**
 * Receives one exchange: `onSent`, `onHead`, any number of `onData`, then `onEnd`; `onError` in the place of
 * any of them, and nothing behind it.
 */
export interface AnswerHandler {
  /** The request begins to leave. */
  onSent(): void;
  /** The final answer's status and headers; those of informational answers are passed over. */
  onHead(status: number, headers: AnswerHeaders): void;
  /** A piece of the body; belongs to the receiver. */
  onData(piece: Uint8Array): void;
  /** @param reusable - false: the connection carries no other exchange */
  onEnd(reusable: boolean): void;
  onError(error: Error): void;
}
