import { DecodeError, maxErrorBodyBytes, type InferenceError } from "@nereid/core/transport-kit";
import { createBodyCollector, type BodyCollector } from "./body-collector.ts";
import { failure } from "./failures.ts";
import { headerText, type AnswerHeaders } from "./answer-headers.ts";
import type { RequestBody } from "./request-body.ts";
import type { AnswerHandler } from "./wire/answer-handler.ts";

/** One HTTP request, ready for the wire. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  /** With the endpoint's path prefix. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: RequestBody | undefined;
}

/** Method and address of a request, for messages. */
export function addressOf(
  origin: string,
  { method, path }: Pick<HttpRequest, "method" | "path">,
): string {
  return `${method} ${origin}${path}`;
}

/** One HTTP answer, complete unless it is a refusal longer than anybody reads. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** As it came over the wire, perhaps compressed. Belongs to the receiver. */
  readonly body: Uint8Array;
}

/** An answer, and what to do when it turns out to be wrong. */
export interface ReceivedAnswer extends HttpAnswer {
  /** Gives its connection up: what comes over it next may be the answer to another question too. */
  distrust(): void;
}

/** What becomes of an exchange; exactly one of them is called, once. */
export interface ExchangeEnd {
  /** @param reusable - false: the rest of the answer is still on the connection */
  answered(status: number, headers: AnswerHeaders, body: Uint8Array, reusable: boolean): void;
  failed(error: InferenceError): void;
}

/**
 * Receives one exchange and collects the answer.
 *
 * @param where - method and address, for messages
 */
export function createExchange(
  where: () => string,
  maxBytes: number,
  end: ExchangeEnd,
): AnswerHandler {
  let sent = false;
  let over = false;
  let status = 0;
  let headers: AnswerHeaders = {};
  let collector: BodyCollector | undefined;

  const fail = (error: InferenceError): void => {
    if (over) return;
    over = true;
    end.failed(error);
  };
  const answer = (reusable: boolean): void => {
    if (over) return;
    over = true;
    end.answered(status, headers, collector?.bytes() ?? new Uint8Array(), reusable);
  };
  const tooLong = (): void => {
    if (status !== 200) answer(false);
    else {
      fail(
        new DecodeError(`${where()}: expected an answer of at most ${maxBytes} bytes, found more`),
      );
    }
  };

  return {
    onSent() {
      sent = true;
    },
    onHead(statusCode, answerHeaders) {
      if (over) return;
      status = statusCode;
      headers = answerHeaders;
      const announced = Number(headerText(headers, "content-length") ?? Number.NaN);
      const most = status === 200 ? maxBytes : Math.min(maxBytes, maxErrorBodyBytes);
      if (status === 200 && announced > most) tooLong();
      else collector = createBodyCollector(announced, most, jsonBytes(headers));
    },
    onData(piece) {
      if (!over && collector?.add(piece) === false) tooLong();
    },
    onEnd: answer,
    onError(error) {
      fail(failure(where(), { sent, answering: status !== 0 }, error));
    },
  };
}

/** Where the tensors begin, as far as it can be told; judged when the answer is decoded. */
function jsonBytes(headers: AnswerHeaders): number {
  const bytes = Number(headerText(headers, "inference-header-content-length") ?? 0);
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : 0;
}
