import type { AnswerHeaders } from "../answer-headers.ts";

/** One HTTP answer whose body is read as it comes. */
export interface StreamedAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /**
   * The next piece of the body; undefined at its end. Nothing more is taken off the socket than was asked
   * for, give or take one piece. Call it again when it has settled, not before.
   *
   * @throws TransportError when the body breaks off; the signal's reason as it is
   */
  read(): Promise<Uint8Array | undefined>;
  /** Ends the exchange; the connection is destroyed unless the body's end had arrived. */
  leave(): void;
}
